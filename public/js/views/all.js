/**
 * Every view by its tag.
 */

import { ChatShell } from './chat-shell.js'
import { ConnectionChip } from './connection-chip.js'
import { InviteBox } from './invite-box.js'
import { MemberList } from './member-list.js'
import { MessageComposer } from './message-composer.js'
import { MessageList } from './message-list.js'
import { NewRoom } from './new-room.js'
import { NoticeBar } from './notice-bar.js'
import { OwnCorner } from './own-corner.js'
import { RoomHeader } from './room-header.js'
import { RoomList } from './room-list.js'
import { SearchBar, SearchPanel } from './search-panel.js'
import { SignIn } from './sign-in.js'

const views = {
  'chat-shell': ChatShell,
  'connection-chip': ConnectionChip,
  'invite-box': InviteBox,
  'member-list': MemberList,
  'message-composer': MessageComposer,
  'message-list': MessageList,
  'new-room': NewRoom,
  'notice-bar': NoticeBar,
  'own-corner': OwnCorner,
  'room-header': RoomHeader,
  'room-list': RoomList,
  'search-bar': SearchBar,
  'search-panel': SearchPanel,
  'sign-in': SignIn,
}

for (const [tag, view] of Object.entries(views)) customElements.define(tag, view)
