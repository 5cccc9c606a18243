/**
 * Every view by its tag.
 */

import { AccountList } from './account-list.js'
import { BanList } from './ban-list.js'
import { BotList } from './bot-list.js'
import { CallBar } from './call-bar.js'
import { CallControls } from './call-controls.js'
import { CallQuality } from './call-quality.js'
import { CallRoster } from './call-roster.js'
import { CallStage } from './call-stage.js'
import { CallSettingsView } from './call-settings.js'
import { CallVoice } from './call-voice.js'
import { ChatShell } from './chat-shell.js'
import { ConnectionChip } from './connection-chip.js'
import { CopyList } from './copy-list.js'
import { CopyReader } from './copy-reader.js'
import { FirstStepsCard } from './first-steps.js'
import { HoldToTalk } from './hold-to-talk.js'
import { InviteBox } from './invite-box.js'
import { InviteList } from './invite-list.js'
import { LevelMeter } from './level-meter.js'
import { MemberList } from './member-list.js'
import { MessageComposer } from './message-composer.js'
import { MessageList } from './message-list.js'
import { NewRoom } from './new-room.js'
import { NoticeBar } from './notice-bar.js'
import { OwnArchive } from './own-archive.js'
import { OwnCalls } from './own-calls.js'
import { OwnCorner } from './own-corner.js'
import { OwnDevices } from './own-devices.js'
import { OwnLook } from './own-look.js'
import { OwnNotices } from './own-notices.js'
import { OwnProfile } from './own-profile.js'
import { ReplyBar } from './reply-bar.js'
import { RoomHeader } from './room-header.js'
import { RoomLevel } from './room-level.js'
import { RoomList } from './room-list.js'
import { RoomPanel } from './room-panel.js'
import { SearchBar, SearchPanel } from './search-panel.js'
import { SignIn } from './sign-in.js'
import { TypingLine } from './typing-line.js'

const views = {
  'account-list': AccountList,
  'ban-list': BanList,
  'bot-list': BotList,
  'call-bar': CallBar,
  'call-controls': CallControls,
  'call-quality': CallQuality,
  'call-roster': CallRoster,
  'call-stage': CallStage,
  'call-settings': CallSettingsView,
  'call-voice': CallVoice,
  'chat-shell': ChatShell,
  'connection-chip': ConnectionChip,
  'copy-list': CopyList,
  'copy-reader': CopyReader,
  'first-steps': FirstStepsCard,
  'hold-to-talk': HoldToTalk,
  'invite-box': InviteBox,
  'invite-list': InviteList,
  'level-meter': LevelMeter,
  'member-list': MemberList,
  'message-composer': MessageComposer,
  'message-list': MessageList,
  'new-room': NewRoom,
  'notice-bar': NoticeBar,
  'own-archive': OwnArchive,
  'own-calls': OwnCalls,
  'own-corner': OwnCorner,
  'own-devices': OwnDevices,
  'own-look': OwnLook,
  'own-notices': OwnNotices,
  'own-profile': OwnProfile,
  'reply-bar': ReplyBar,
  'room-header': RoomHeader,
  'room-level': RoomLevel,
  'room-list': RoomList,
  'room-panel': RoomPanel,
  'search-bar': SearchBar,
  'search-panel': SearchPanel,
  'sign-in': SignIn,
  'typing-line': TypingLine,
}

for (const [tag, view] of Object.entries(views)) customElements.define(tag, view)
