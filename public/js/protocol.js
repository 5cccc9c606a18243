// Written by `devchitchat reference` from bus/protocol; do not edit.
export const VERSION = 1

export const Request = Object.freeze({
  AdminBotCreate: 'admin.bot_create',
  AdminBotRevoke: 'admin.bot_revoke',
  AdminBotToken: 'admin.bot_token',
  AdminEvents: 'admin.events',
  AdminInviteCreate: 'admin.invite_create',
  AdminInviteRevoke: 'admin.invite_revoke',
  AdminInvites: 'admin.invites',
  AdminUserUpdate: 'admin.user_update',
  AdminUsers: 'admin.users',
  AuthInviteRedeem: 'auth.invite_redeem',
  AuthLinkCreate: 'auth.link_create',
  AuthLinkRedeem: 'auth.link_redeem',
  AuthLogout: 'auth.logout',
  AuthProfileSet: 'auth.profile_set',
  AuthSessionRevoke: 'auth.session_revoke',
  AuthSessions: 'auth.sessions',
  BotCommand: 'bot.command',
  BotCommands: 'bot.commands',
  Hello: 'hello',
  MsgDelete: 'msg.delete',
  MsgDelivered: 'msg.delivered',
  MsgEdit: 'msg.edit',
  MsgList: 'msg.list',
  MsgReact: 'msg.react',
  MsgRead: 'msg.read',
  MsgSend: 'msg.send',
  MsgTyping: 'msg.typing',
  Ping: 'ping',
  PresenceSet: 'presence.set',
  PresenceSubscribe: 'presence.subscribe',
  RoomAddBot: 'room.add_bot',
  RoomBan: 'room.ban',
  RoomBans: 'room.bans',
  RoomBots: 'room.bots',
  RoomCreate: 'room.create',
  RoomDelete: 'room.delete',
  RoomInviteCreate: 'room.invite_create',
  RoomInviteRedeem: 'room.invite_redeem',
  RoomInviteRevoke: 'room.invite_revoke',
  RoomInvites: 'room.invites',
  RoomJoin: 'room.join',
  RoomKick: 'room.kick',
  RoomLeave: 'room.leave',
  RoomList: 'room.list',
  RoomMembers: 'room.members',
  RoomMute: 'room.mute',
  RoomSetRole: 'room.set_role',
  RoomUnban: 'room.unban',
  RoomUnmute: 'room.unmute',
  RoomUpdate: 'room.update',
  RtcAnswer: 'rtc.answer',
  RtcCallCreate: 'rtc.call_create',
  RtcEndCall: 'rtc.end_call',
  RtcIce: 'rtc.ice',
  RtcIceServers: 'rtc.ice_servers',
  RtcJoin: 'rtc.join',
  RtcLeave: 'rtc.leave',
  RtcOffer: 'rtc.offer',
  RtcPeerState: 'rtc.peer_state',
  RtcStreamPublish: 'rtc.stream_publish',
  RtcStreamUnpublish: 'rtc.stream_unpublish',
  RtcStreamUpdate: 'rtc.stream_update',
  SearchQuery: 'search.query',
})

export const Reply = Object.freeze({
  AdminBot: 'admin.bot',
  AdminBotRevoked: 'admin.bot_revoked',
  AdminEventsResult: 'admin.events_result',
  AdminInvite: 'admin.invite',
  AdminInviteRevoked: 'admin.invite_revoked',
  AdminInvitesResult: 'admin.invites_result',
  AdminUserUpdated: 'admin.user_updated',
  AdminUsersResult: 'admin.users_result',
  AuthLink: 'auth.link',
  AuthLogoutAck: 'auth.logout_ack',
  AuthProfile: 'auth.profile',
  AuthSession: 'auth.session',
  AuthSessionRevoked: 'auth.session_revoked',
  AuthSessionsResult: 'auth.sessions_result',
  BotCommandAck: 'bot.command_ack',
  BotCommandsResult: 'bot.commands_result',
  HelloAck: 'hello_ack',
  MsgAck: 'msg.ack',
  MsgDeliveredAck: 'msg.delivered_ack',
  MsgListResult: 'msg.list_result',
  Pong: 'pong',
  PresenceSnapshot: 'presence.snapshot',
  RoomBansResult: 'room.bans_result',
  RoomBotsResult: 'room.bots_result',
  RoomInvite: 'room.invite',
  RoomInviteRedeemAck: 'room.invite_redeem_ack',
  RoomInviteRevoked: 'room.invite_revoked',
  RoomInvitesResult: 'room.invites_result',
  RoomListResult: 'room.list_result',
  RoomMembersResult: 'room.members_result',
  RtcCall: 'rtc.call',
  RtcIceServersResult: 'rtc.ice_servers_result',
  RtcParticipants: 'rtc.participants',
  RtcRelayed: 'rtc.relayed',
  SearchResult: 'search.result',
})

export const Event = Object.freeze({
  MsgEvent: 'msg.event',
  MsgReactionEvent: 'msg.reaction_event',
  MsgReadEvent: 'msg.read_event',
  MsgTypingEvent: 'msg.typing_event',
  MsgUpdated: 'msg.updated',
  PresenceEvent: 'presence.event',
  RoomCreated: 'room.created',
  RoomDeleted: 'room.deleted',
  RoomMemberEvent: 'room.member_event',
  RoomMuted: 'room.muted',
  RoomUpdated: 'room.updated',
  RtcAnswerEvent: 'rtc.answer_event',
  RtcCallEnd: 'rtc.call_end',
  RtcCallEvent: 'rtc.call_event',
  RtcCallRoster: 'rtc.call_roster',
  RtcIceEvent: 'rtc.ice_event',
  RtcOfferEvent: 'rtc.offer_event',
  RtcPeerEvent: 'rtc.peer_event',
  RtcStreamEvent: 'rtc.stream_event',
})

/** The reply of each request. @type {Readonly<Record<string, string>>} */
export const replyOf = Object.freeze({
  'admin.bot_create': 'admin.bot',
  'admin.bot_revoke': 'admin.bot_revoked',
  'admin.bot_token': 'admin.bot',
  'admin.events': 'admin.events_result',
  'admin.invite_create': 'admin.invite',
  'admin.invite_revoke': 'admin.invite_revoked',
  'admin.invites': 'admin.invites_result',
  'admin.user_update': 'admin.user_updated',
  'admin.users': 'admin.users_result',
  'auth.invite_redeem': 'auth.session',
  'auth.link_create': 'auth.link',
  'auth.link_redeem': 'auth.session',
  'auth.logout': 'auth.logout_ack',
  'auth.profile_set': 'auth.profile',
  'auth.session_revoke': 'auth.session_revoked',
  'auth.sessions': 'auth.sessions_result',
  'bot.command': 'bot.command_ack',
  'bot.commands': 'bot.commands_result',
  'hello': 'hello_ack',
  'msg.delete': 'msg.updated',
  'msg.delivered': 'msg.delivered_ack',
  'msg.edit': 'msg.updated',
  'msg.list': 'msg.list_result',
  'msg.react': 'msg.reaction_event',
  'msg.read': 'msg.read_event',
  'msg.send': 'msg.ack',
  'msg.typing': 'msg.typing_event',
  'ping': 'pong',
  'presence.set': 'presence.event',
  'presence.subscribe': 'presence.snapshot',
  'room.add_bot': 'room.member_event',
  'room.ban': 'room.member_event',
  'room.bans': 'room.bans_result',
  'room.bots': 'room.bots_result',
  'room.create': 'room.created',
  'room.delete': 'room.deleted',
  'room.invite_create': 'room.invite',
  'room.invite_redeem': 'room.invite_redeem_ack',
  'room.invite_revoke': 'room.invite_revoked',
  'room.invites': 'room.invites_result',
  'room.join': 'room.member_event',
  'room.kick': 'room.member_event',
  'room.leave': 'room.member_event',
  'room.list': 'room.list_result',
  'room.members': 'room.members_result',
  'room.mute': 'room.muted',
  'room.set_role': 'room.member_event',
  'room.unban': 'room.member_event',
  'room.unmute': 'room.muted',
  'room.update': 'room.updated',
  'rtc.answer': 'rtc.relayed',
  'rtc.call_create': 'rtc.call',
  'rtc.end_call': 'rtc.call_end',
  'rtc.ice': 'rtc.relayed',
  'rtc.ice_servers': 'rtc.ice_servers_result',
  'rtc.join': 'rtc.participants',
  'rtc.leave': 'rtc.peer_event',
  'rtc.offer': 'rtc.relayed',
  'rtc.peer_state': 'rtc.peer_event',
  'rtc.stream_publish': 'rtc.stream_event',
  'rtc.stream_unpublish': 'rtc.stream_event',
  'rtc.stream_update': 'rtc.stream_event',
  'search.query': 'search.result',
})

export const Close = Object.freeze({
  bye: 1000,
  binary: 1003,
  policy: 1008,
  tooLarge: 1009,
  restart: 1012,
  sessionEnded: 4001,
  banned: 4003,
  silent: 4006,
  slow: 4008,
  tooMany: 4009,
})

export const limits = Object.freeze({
  maxMessageBytes: 8000,
  maxFrameBytes: 96000,
  maxRooms: 500,
})

/**
 * @typedef {Object} Account
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {Array<'admin'>} [roles]
 * @property {boolean} [bot]
 * @property {number} [created_at]
 * @property {boolean} [banned]
 * @property {number|null} [last_seen_at]
 * @property {number|null} [token_expires_at]
 */

/**
 * @typedef {Object} Attachment
 * @property {string} name
 * @property {string} [file_id]
 * @property {string} [mime]
 * @property {number} [size]
 */

/**
 * @typedef {Object} BannedUser
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {number} banned_at
 * @property {string|null} reason
 */

/**
 * @typedef {Object} BotCommandInfo
 * @property {string} name
 * @property {string} usage
 * @property {string} help
 * @property {'admin'|'mod'|'owner'|null} [role]
 */

/**
 * @typedef {Object} CallPeer
 * @property {string} peer_id
 * @property {string} user_id
 * @property {PeerMeta} [peer_meta]
 */

/**
 * @typedef {Object} Client
 * @property {string} name
 * @property {string} ver
 * @property {string} platform
 * @property {string|null} [ua]
 */

/**
 * @typedef {Object} Hit
 * @property {string} room_id
 * @property {string} msg_id
 * @property {number} seq
 * @property {string} user_id
 * @property {number} ts
 * @property {string} snippet
 * @property {Array<Array<number>>} ranges
 */

/**
 * @typedef {Object} IceCandidate
 * @property {string} candidate
 * @property {string|null} [sdpMid]
 * @property {number|null} [sdpMLineIndex]
 * @property {string|null} [usernameFragment]
 */

/**
 * @typedef {Object} IceServers
 * @property {Array<string>} stun_urls
 * @property {Array<string>} turn_urls
 * @property {string|null} [turn_username]
 * @property {string|null} [turn_credential]
 */

/**
 * @typedef {Object} Limits
 * @property {number} [max_rooms]
 * @property {number} [max_group_members]
 * @property {number} [max_message_bytes]
 * @property {number} [max_signaling_bytes]
 */

/**
 * @typedef {Object} ListedRoom
 * @property {string} room_id
 * @property {'group'|'public'} kind
 * @property {string} name
 * @property {string} topic
 * @property {'discoverable'|'hidden'} visibility
 * @property {number} retention_days
 * @property {number} member_count
 * @property {boolean} joined
 * @property {'member'|'mod'|'owner'|null} role
 * @property {number} last_seq
 * @property {number} read_seq
 * @property {number} delivered_seq
 * @property {string|null} [call_id]
 * @property {number} [unread_mentions]
 * @property {Array<string>} [call_user_ids]
 */

/**
 * @typedef {Object} LoggedEvent
 * @property {number} event_id
 * @property {number} ts
 * @property {string|null} actor_user_id
 * @property {string} scope_kind
 * @property {string} scope_id
 * @property {string} type
 * @property {Record<string, any>} body
 * @property {string|null} trace
 */

/**
 * @typedef {Object} Media
 * @property {boolean} [audio]
 * @property {boolean} [video]
 */

/**
 * @typedef {Object} Member
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {'member'|'mod'|'owner'} role
 * @property {boolean} online
 * @property {number} [read_seq]
 * @property {number} [muted_until]
 * @property {boolean} [bot]
 */

/**
 * @typedef {Object} Msg
 * @property {string} msg_id
 * @property {number} seq
 * @property {number} rev
 * @property {string} user_id
 * @property {string} user_handle
 * @property {number} ts
 * @property {string} text
 * @property {boolean} [bot]
 * @property {string|null} [client_msg_id]
 * @property {string|null} [reply_to_msg_id]
 * @property {Array<string>} [mentions]
 * @property {Array<Attachment>} [attachments]
 * @property {Record<string, Array<string>>} [reactions]
 * @property {number|null} [edited_at]
 * @property {number|null} [deleted_at]
 */

/**
 * @typedef {Object} OpenInvite
 * @property {string} invite_id
 * @property {number} created_at
 * @property {string|null} created_by
 * @property {number} expires_at
 * @property {number} max_uses
 * @property {number} uses
 * @property {string} note
 * @property {boolean} admin
 */

/**
 * @typedef {Object} OpenRoomInvite
 * @property {string} invite_id
 * @property {number} created_at
 * @property {string} created_by
 * @property {number} expires_at
 * @property {number} uses
 * @property {number} max_uses
 */

/**
 * @typedef {Object} Participant
 * @property {string} peer_id
 * @property {string} user_id
 * @property {Array<Stream>} streams
 * @property {PeerState} state
 * @property {boolean} away
 * @property {PeerMeta} [peer_meta]
 */

/**
 * @typedef {Object} PeerMeta
 * @property {string} [device]
 * @property {Array<string>} [capabilities]
 */

/**
 * @typedef {Object} PeerState
 * @property {boolean} [muted]
 * @property {boolean} [deafened]
 * @property {boolean} [cam]
 * @property {boolean} [speaking]
 * @property {number|null} [quality]
 */

/**
 * @typedef {Object} PresenceMeta
 * @property {string|null} [handle]
 * @property {string|null} [display_name]
 * @property {'away'|'busy'|'online'|null} [status]
 * @property {string|null} [text]
 */

/**
 * @typedef {Object} Present
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {boolean} online
 * @property {'away'|'busy'|'online'} status
 * @property {Array<string>} rooms
 * @property {string} [text]
 * @property {boolean} [bot]
 */

/**
 * @typedef {Object} Profile
 * @property {string} handle
 * @property {string} display_name
 */

/**
 * @typedef {Object} Resume
 * @property {string|null} [session_token]
 */

/**
 * @typedef {Object} RoomBot
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {boolean} in_room
 */

/**
 * @typedef {Object} RoomInfo
 * @property {string} room_id
 * @property {'group'|'public'} kind
 * @property {string} name
 * @property {string} topic
 * @property {'discoverable'|'hidden'} visibility
 * @property {string} created_by
 * @property {number} created_at
 * @property {number} [retention_days]
 */

/**
 * @typedef {Object} SearchScope
 * @property {'all'|'room'} kind
 * @property {string|null} [room_id]
 */

/**
 * @typedef {Object} Server
 * @property {string} name
 * @property {string} ver
 */

/**
 * @typedef {Object} SessionInfo
 * @property {string} session_id
 * @property {number} created_at
 * @property {number} last_seen_at
 * @property {string} platform
 * @property {boolean} current
 */

/**
 * @typedef {Object} SessionState
 * @property {boolean} authenticated
 * @property {User|null} [user]
 * @property {string|null} [session_token]
 */

/**
 * @typedef {Object} Stream
 * @property {string} stream_id
 * @property {string} kind
 * @property {string} [label]
 * @property {Tracks} [tracks]
 * @property {string|null} [media_id]
 * @property {boolean} [muted]
 */

/**
 * @typedef {Object} StreamName
 * @property {string} stream_id
 */

/**
 * @typedef {Object} Tracks
 * @property {boolean} [audio]
 * @property {boolean} [video]
 */

/**
 * @typedef {Object} User
 * @property {string} user_id
 * @property {string} handle
 * @property {string} display_name
 * @property {Array<'admin'>} [roles]
 * @property {boolean} [bot]
 */

/**
 * @typedef {Object} AdminBotCreate
 * @property {string} handle
 * @property {number} [ttl_ms]
 */

/**
 * @typedef {Object} AdminBotRevoke
 * @property {string} user_id
 */

/**
 * @typedef {Object} AdminBotToken
 * @property {string} user_id
 * @property {number} [ttl_ms]
 */

/**
 * @typedef {Object} AdminEvents
 * @property {number} [after_event_id]
 * @property {string|null} [scope]
 * @property {string|null} [type]
 * @property {number} [limit]
 */

/**
 * @typedef {Object} AdminInviteCreate
 * @property {number} [ttl_ms]
 * @property {number} [max_uses]
 * @property {string} [note]
 */

/**
 * @typedef {Object} AdminInviteRevoke
 * @property {string} invite_id
 */

/**
 * @typedef {Object} AdminInvites
 */

/**
 * @typedef {Object} AdminUserUpdate
 * @property {string} user_id
 * @property {Array<'admin'>|null} [roles]
 * @property {boolean|null} [banned]
 */

/**
 * @typedef {Object} AdminUsers
 */

/**
 * @typedef {Object} AuthInviteRedeem
 * @property {string} invite_token
 * @property {Profile} profile
 */

/**
 * @typedef {Object} AuthLinkCreate
 */

/**
 * @typedef {Object} AuthLinkRedeem
 * @property {string} link_token
 */

/**
 * @typedef {Object} AuthLogout
 */

/**
 * @typedef {Object} AuthProfileSet
 * @property {string} display_name
 */

/**
 * @typedef {Object} AuthSessionRevoke
 * @property {string} session_id
 */

/**
 * @typedef {Object} AuthSessions
 */

/**
 * @typedef {Object} BotCommand
 * @property {string} room_id
 * @property {string} command
 * @property {string} [args]
 * @property {string|null} [client_msg_id]
 */

/**
 * @typedef {Object} BotCommands
 * @property {string} room_id
 */

/**
 * @typedef {Object} Hello
 * @property {Client} client
 * @property {Resume|null} [resume]
 * @property {Array<string>} [caps]
 */

/**
 * @typedef {Object} MsgDelete
 * @property {string} msg_id
 */

/**
 * @typedef {Object} MsgDelivered
 * @property {string} room_id
 * @property {number} up_to_seq
 */

/**
 * @typedef {Object} MsgEdit
 * @property {string} msg_id
 * @property {string} text
 */

/**
 * @typedef {Object} MsgList
 * @property {string} room_id
 * @property {number|null} [after_seq]
 * @property {number|null} [before_seq]
 * @property {number|null} [around_seq]
 * @property {number|null} [after_rev]
 * @property {string|null} [around_msg_id]
 * @property {number|null} [limit]
 */

/**
 * @typedef {Object} MsgReact
 * @property {string} msg_id
 * @property {string} emoji
 * @property {boolean} on
 */

/**
 * @typedef {Object} MsgRead
 * @property {string} room_id
 * @property {number} up_to_seq
 */

/**
 * @typedef {Object} MsgSend
 * @property {string} room_id
 * @property {string} text
 * @property {string|null} [client_msg_id]
 * @property {string|null} [reply_to_msg_id]
 * @property {Array<string>} [mentions]
 * @property {Array<Attachment>} [attachments]
 */

/**
 * @typedef {Object} MsgTyping
 * @property {string} room_id
 */

/**
 * @typedef {Object} Ping
 */

/**
 * @typedef {Object} PresenceSet
 * @property {'away'|'busy'|'online'} status
 * @property {string} [text]
 */

/**
 * @typedef {Object} PresenceSubscribe
 * @property {'room'|'server'} scope
 * @property {string|null} [room_id]
 */

/**
 * @typedef {Object} RoomAddBot
 * @property {string} room_id
 * @property {string} user_id
 */

/**
 * @typedef {Object} RoomBan
 * @property {string} room_id
 * @property {string} user_id
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomBans
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomBots
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomCreate
 * @property {'group'|'public'} kind
 * @property {string} name
 * @property {string} [topic]
 * @property {'discoverable'|'hidden'} [visibility]
 */

/**
 * @typedef {Object} RoomDelete
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomInviteCreate
 * @property {string} room_id
 * @property {number} [ttl_ms]
 * @property {number} [max_uses]
 */

/**
 * @typedef {Object} RoomInviteRedeem
 * @property {string} invite_token
 */

/**
 * @typedef {Object} RoomInviteRevoke
 * @property {string} room_id
 * @property {string} invite_id
 */

/**
 * @typedef {Object} RoomInvites
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomJoin
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomKick
 * @property {string} room_id
 * @property {string} user_id
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomLeave
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomList
 */

/**
 * @typedef {Object} RoomMembers
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomMute
 * @property {string} room_id
 * @property {string} user_id
 * @property {number} ttl_ms
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomSetRole
 * @property {string} room_id
 * @property {string} user_id
 * @property {'member'|'mod'|'owner'} role
 */

/**
 * @typedef {Object} RoomUnban
 * @property {string} room_id
 * @property {string} user_id
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomUnmute
 * @property {string} room_id
 * @property {string} user_id
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomUpdate
 * @property {string} room_id
 * @property {string|null} [name]
 * @property {string|null} [topic]
 * @property {number|null} [retention_days]
 */

/**
 * @typedef {Object} RtcAnswer
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {string} sdp
 * @property {string|null} [from_peer_id]
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcCallCreate
 * @property {string} room_id
 * @property {'mesh'} [kind]
 * @property {Media} [media]
 */

/**
 * @typedef {Object} RtcEndCall
 * @property {string} call_id
 */

/**
 * @typedef {Object} RtcIce
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {IceCandidate|null} candidate
 * @property {string|null} [from_peer_id]
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcIceServers
 * @property {string} call_id
 */

/**
 * @typedef {Object} RtcJoin
 * @property {string} call_id
 * @property {PeerMeta} [peer_meta]
 * @property {string|null} [resume_peer_id]
 */

/**
 * @typedef {Object} RtcLeave
 * @property {string} call_id
 * @property {string|null} [peer_id]
 */

/**
 * @typedef {Object} RtcOffer
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {string} sdp
 * @property {string|null} [from_peer_id]
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcPeerState
 * @property {string} call_id
 * @property {string|null} [peer_id]
 * @property {boolean|null} [muted]
 * @property {boolean|null} [deafened]
 * @property {boolean|null} [cam]
 * @property {boolean|null} [speaking]
 * @property {number|null} [quality]
 */

/**
 * @typedef {Object} RtcStreamPublish
 * @property {string} call_id
 * @property {Stream} stream
 * @property {string|null} [peer_id]
 */

/**
 * @typedef {Object} RtcStreamUnpublish
 * @property {string} call_id
 * @property {StreamName} stream
 * @property {string|null} [peer_id]
 */

/**
 * @typedef {Object} RtcStreamUpdate
 * @property {string} call_id
 * @property {Stream} stream
 * @property {string|null} [peer_id]
 */

/**
 * @typedef {Object} SearchQuery
 * @property {SearchScope} scope
 * @property {string} q
 * @property {number|null} [limit]
 * @property {number|null} [before_seq]
 */

/**
 * @typedef {Object} AdminBot
 * @property {User} user
 * @property {string} session_token
 * @property {number} expires_at
 */

/**
 * @typedef {Object} AdminBotRevoked
 * @property {string} user_id
 */

/**
 * @typedef {Object} AdminEventsResult
 * @property {Array<LoggedEvent>} events
 * @property {number} next_after_event_id
 * @property {boolean} more
 */

/**
 * @typedef {Object} AdminInvite
 * @property {string} invite_token
 * @property {string} invite_id
 * @property {number} expires_at
 * @property {number} max_uses
 */

/**
 * @typedef {Object} AdminInviteRevoked
 * @property {string} invite_id
 */

/**
 * @typedef {Object} AdminInvitesResult
 * @property {Array<OpenInvite>} invites
 */

/**
 * @typedef {Object} AdminUserUpdated
 * @property {Account} user
 */

/**
 * @typedef {Object} AdminUsersResult
 * @property {Array<Account>} users
 */

/**
 * @typedef {Object} AuthLink
 * @property {string} link_token
 * @property {number} expires_at
 */

/**
 * @typedef {Object} AuthLogoutAck
 */

/**
 * @typedef {Object} AuthProfile
 * @property {User} user
 */

/**
 * @typedef {Object} AuthSession
 * @property {string} session_token
 * @property {User} user
 */

/**
 * @typedef {Object} AuthSessionRevoked
 * @property {string} session_id
 */

/**
 * @typedef {Object} AuthSessionsResult
 * @property {Array<SessionInfo>} sessions
 */

/**
 * @typedef {Object} BotCommandAck
 * @property {boolean} queued
 */

/**
 * @typedef {Object} BotCommandsResult
 * @property {string} room_id
 * @property {Array<BotCommandInfo>} commands
 */

/**
 * @typedef {Object} HelloAck
 * @property {Server} server
 * @property {SessionState} session
 * @property {Limits} limits
 * @property {string} epoch
 * @property {Array<string>} caps
 */

/**
 * @typedef {Object} MsgAck
 * @property {string} room_id
 * @property {string|null} client_msg_id
 * @property {string} msg_id
 * @property {number} seq
 * @property {number} ts
 */

/**
 * @typedef {Object} MsgDeliveredAck
 * @property {string} room_id
 * @property {number} up_to_seq
 */

/**
 * @typedef {Object} MsgListResult
 * @property {string} room_id
 * @property {Array<Msg>} messages
 * @property {number} next_after_seq
 * @property {number} next_after_rev
 * @property {boolean} more
 */

/**
 * @typedef {Object} Pong
 */

/**
 * @typedef {Object} PresenceSnapshot
 * @property {Array<Present>} users
 */

/**
 * @typedef {Object} RoomBansResult
 * @property {string} room_id
 * @property {Array<BannedUser>} bans
 */

/**
 * @typedef {Object} RoomBotsResult
 * @property {string} room_id
 * @property {Array<RoomBot>} bots
 */

/**
 * @typedef {Object} RoomInvite
 * @property {string} room_id
 * @property {string} invite_token
 * @property {string} invite_id
 * @property {number} expires_at
 * @property {number} max_uses
 */

/**
 * @typedef {Object} RoomInviteRedeemAck
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomInviteRevoked
 * @property {string} room_id
 * @property {string} invite_id
 */

/**
 * @typedef {Object} RoomInvitesResult
 * @property {string} room_id
 * @property {Array<OpenRoomInvite>} invites
 */

/**
 * @typedef {Object} RoomListResult
 * @property {Array<ListedRoom>} rooms
 */

/**
 * @typedef {Object} RoomMembersResult
 * @property {string} room_id
 * @property {Array<Member>} members
 */

/**
 * @typedef {Object} RtcCall
 * @property {string} call_id
 * @property {string} room_id
 * @property {IceServers} ice
 * @property {'mesh'} [topology]
 */

/**
 * @typedef {Object} RtcIceServersResult
 * @property {string} call_id
 * @property {IceServers} ice
 */

/**
 * @typedef {Object} RtcParticipants
 * @property {string} call_id
 * @property {string} self_peer_id
 * @property {IceServers} ice
 * @property {Array<Participant>} peers
 */

/**
 * @typedef {Object} RtcRelayed
 * @property {string} call_id
 * @property {string} to_peer_id
 */

/**
 * @typedef {Object} SearchResult
 * @property {Array<Hit>} hits
 * @property {boolean} [partial]
 */

/**
 * @typedef {Object} MsgEvent
 * @property {string} room_id
 * @property {Msg} msg
 */

/**
 * @typedef {Object} MsgReactionEvent
 * @property {string} room_id
 * @property {string} msg_id
 * @property {number} seq
 * @property {number} rev
 * @property {string} user_id
 * @property {string} emoji
 * @property {boolean} on
 */

/**
 * @typedef {Object} MsgReadEvent
 * @property {string} room_id
 * @property {string} user_id
 * @property {number} up_to_seq
 */

/**
 * @typedef {Object} MsgTypingEvent
 * @property {string} room_id
 * @property {string} user_id
 */

/**
 * @typedef {Object} MsgUpdated
 * @property {string} room_id
 * @property {Msg} msg
 */

/**
 * @typedef {Object} PresenceEvent
 * @property {'join_room'|'leave_room'|'offline'|'online'|'status'} kind
 * @property {string} user_id
 * @property {string|null} [room_id]
 * @property {PresenceMeta} [meta]
 */

/**
 * @typedef {Object} RoomCreated
 * @property {RoomInfo} room
 */

/**
 * @typedef {Object} RoomDeleted
 * @property {string} room_id
 */

/**
 * @typedef {Object} RoomMemberEvent
 * @property {string} room_id
 * @property {'ban'|'join'|'kick'|'leave'|'role'|'unban'} kind
 * @property {string} actor_user_id
 * @property {string} target_user_id
 * @property {'member'|'mod'|'owner'|null} [role]
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomMuted
 * @property {string} room_id
 * @property {string} target_user_id
 * @property {string} actor_user_id
 * @property {number} until
 * @property {string|null} [reason]
 */

/**
 * @typedef {Object} RoomUpdated
 * @property {string} room_id
 * @property {string} name
 * @property {string} topic
 * @property {number} retention_days
 * @property {string|null} [actor_user_id]
 */

/**
 * @typedef {Object} RtcAnswerEvent
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {string} from_peer_id
 * @property {string} sdp
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcCallEnd
 * @property {string} call_id
 * @property {string} room_id
 */

/**
 * @typedef {Object} RtcCallEvent
 * @property {string} room_id
 * @property {string} call_id
 * @property {'created'|'ended'} event
 */

/**
 * @typedef {Object} RtcCallRoster
 * @property {string} room_id
 * @property {string} call_id
 * @property {Array<string>} user_ids
 */

/**
 * @typedef {Object} RtcIceEvent
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {string} from_peer_id
 * @property {IceCandidate|null} candidate
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcOfferEvent
 * @property {string} call_id
 * @property {string} to_peer_id
 * @property {string} from_peer_id
 * @property {string} sdp
 * @property {string|null} [pc_id]
 */

/**
 * @typedef {Object} RtcPeerEvent
 * @property {string} call_id
 * @property {'away'|'back'|'join'|'leave'|'state'} kind
 * @property {CallPeer} peer
 * @property {PeerState|null} [state]
 * @property {'ended'|'left'|'lost'|'removed'|null} [reason]
 */

/**
 * @typedef {Object} RtcStreamEvent
 * @property {string} call_id
 * @property {string} peer_id
 * @property {'published'|'unpublished'|'updated'} event
 * @property {Stream} stream
 */

