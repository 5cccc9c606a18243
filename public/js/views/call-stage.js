/**
 * The call of the open room, above its messages: tiles where something is shown, everybody in it, the buttons, and what is to be said of
 * it. It tells the governor how large each tile is seen, so that a hidden one costs nothing.
 */

import { tileWidth, wish } from '../rtc/tiles.js'
import { callNotes } from './call-notes.js'
import { listenForDivider } from './call-split.js'
import { closeEmptyWindow, fillTile, makeTile } from './call-tile.js'
import { passOn } from './focus.js'
import { icon } from './icons.js'
import { make, view } from './make.js'
import { Rows, the, View } from './view.js'

/** @typedef {import('./call-tile.js').Shown} Shown */
/** @typedef {import('./call-notes.js').Note} Note */

const GAP_PX = 8
/** Wider than this, what does not stand out stands at the side, else below. */
const WIDE = 1.45
/** Where somebody may be before there is a stage, or after. */
const FROM = 'call-stage, call-bar, room-header [data-part="call"], room-list [data-part="join-call"]'
const ALL = 'mute deafen camera share quality settings leave'

export class CallStage extends View {
  #tiles = /** @type {Rows<Shown> | null} */ (null)
  #notes = /** @type {Rows<Note> | null} */ (null)
  #inView = /** @type {Set<Element>} */ (new Set())
  #seen = /** @type {IntersectionObserver | null} */ (null)
  #closed = new Set()
  #passOn = () => {}

  enter() {
    const { call, here, voices, presence, stage, camera, screens, microphone, mediaDevices, governor, rooms, callSettings } = this.house
    const tiles = make('div', { class: 'tiles', part: 'tiles' })
    const notes = make('div', { class: 'notes', part: 'notes', role: 'status' })
    const chat = make('button', { type: 'button', class: 'control words', part: 'chat', click: () => stage.divide({ chat: !stage.split.chat }) }, icon('chat'), make('span', { class: 'badge', part: 'unread' }))
    const divider = make('div', { class: 'divider', part: 'divider', role: 'separator', tabindex: 0, 'aria-orientation': 'horizontal', 'aria-label': 'Space for the tiles' })
    this.replaceChildren(make('section', { 'aria-label': 'Call', part: 'call' }, notes, tiles,
      make('div', { class: 'strip' }, view('call-roster', this.house), make('div', { class: 'buttons', part: 'buttons' }, view('hold-to-talk', this.house), view('call-controls', this.house, { 'data-buttons': ALL }), chat)),
      divider))
    this.#tiles = new Rows(tiles, (shown) => this.#makeTile(shown), fillTile)
    this.#notes = new Rows(notes, (note) => this.#makeNote(note), (element, { text }) => (the(element, 'text').textContent = text))
    this.follow(call, here, voices, presence, stage, camera, screens, microphone, mediaDevices, governor, rooms, callSettings)
    this.on(document, 'visibilitychange', () => this.#wish())
    for (const type of ['fullscreenchange', 'enterpictureinpicture', 'leavepictureinpicture']) this.on(document, type, () => this.#wish())
    this.#observe(tiles)
    listenForDivider(this, divider)
    this.#passOn = passOn(this, FROM, (gone) => this.#heirs(gone))
  }

  draw() {
    const { call, here, stage } = this.house
    this.hidden = call.state === 'out' || call.room_id !== here.room_id
    const tiles = call.state === 'out' ? [] : stage.tiles // not only while they are in sight: one may stand in a window of its own
    const large = stage.large(tiles)
    const { share, chat } = stage.split
    const seen = tiles.length > 0 && !this.hidden
    this.classList.toggle('showing', seen)
    this.classList.toggle('alone', seen && !chat)
    this.style.setProperty('--share', String(share))
    this.#drawChat(tiles.length > 0, chat)
    this.the('divider').hidden = !tiles.length || !chat
    this.the('divider').setAttribute('aria-valuenow', String(Math.round(share * 100)))
    const shown = tiles.map((tile) => this.#shown(tile, tile.key === large, tiles.length === 1))
    this.#tiles?.draw(shown.map((one) => ({ key: one.tile.key, version: version(one), row: one })))
    closeEmptyWindow()
    this.#drawNotes()
    this.#arrange(tiles.length, large)
    this.#wish()
    this.#passOn()
  }

  /**
   * A tile's is another tile, the stage's is the way back in.
   * @param {Element} gone
   */
  #heirs(gone) {
    const tiles = gone.closest('.tile') ? this.querySelectorAll('.tile [data-part="pin"]') : []
    return [...tiles, ...this.querySelectorAll('call-controls button'), ...document.querySelectorAll('room-header [data-part="call"], message-composer textarea')]
  }

  /**
   * @param {import('../rtc/tiles.js').Tile} tile
   * @param {boolean} large
   * @param {boolean} only
   * @returns {Shown}
   */
  #shown(tile, large, only) {
    const { call, voices, camera, screens } = this.house
    const muted = call.peers.find(({ peer_id }) => peer_id === tile.peer_id)?.state.muted ?? false
    const media = tile.self && tile.kind === 'cam' ? camera.media : tile.media
    const sharing = screens.shares.find(({ stream_id }) => tile.self && stream_id === tile.stream_id)?.name ?? ''
    return { tile, large, only, speaks: voices.speaks(tile.peer_id), muted, media, sharing }
  }

  /** @param {Shown} shown */
  #makeTile(shown) {
    const figure = makeTile(this.house, shown)
    this.#seen?.observe(figure)
    return figure
  }

  /** @param {HTMLElement} tiles */
  #observe(tiles) {
    this.#seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? this.#inView.add(target) : this.#inView.delete(target)
      this.#wish()
    })
    new ResizeObserver(() => this.#arrange(tiles.childElementCount, this.#large)).observe(tiles)
  }

  get #large() {
    const { stage } = this.house
    return stage.large(stage.tiles)
  }

  /**
   * @param {number} count
   * @param {string} large
   */
  #arrange(count, large) {
    if (!count) return // to ask for a size lays the page out, and voices alone make it draw many times a second
    const tiles = this.the('tiles')
    const { clientWidth, clientHeight } = tiles
    if (!clientWidth) return
    const aside = Boolean(large) && count > 1
    tiles.classList.toggle('aside', aside && clientWidth / clientHeight > WIDE)
    tiles.classList.toggle('below', aside && clientWidth / clientHeight <= WIDE)
    tiles.style.setProperty('--others', String(Math.max(1, count - 1)))
    tiles.style.setProperty('--tile', `${tileWidth(count, clientWidth, clientHeight, GAP_PX)}px`)
  }

  /** What I want of each of the others' pictures. */
  #wish() {
    const { call, stage, governor } = this.house
    const tiles = call.state === 'out' ? [] : stage.tiles
    const large = stage.large(tiles)
    for (const { key, self, tracks, muted } of call.streams) {
      if (self || !tracks.video) continue
      const figure = tiles.some((tile) => tile.key === key) ? this.#tiles?.element(key) : undefined
      const full = Boolean(figure && document.fullscreenElement === figure)
      const covered = Boolean(document.fullscreenElement) && !full
      const seen = { inView: Boolean(figure && this.#inView.has(figure)) && !covered, apart: Boolean(figure?.contains(document.pictureInPictureElement)), awake: !document.hidden, large: full || key === large || tiles.length === 1 }
      governor.wants(key, muted ? 'off' : wish(seen))
    }
  }

  /**
   * @param {boolean} showing
   * @param {boolean} chat
   */
  #drawChat(showing, chat) {
    const { rooms, call } = this.house
    const room = rooms.get(call.room_id)
    const unread = chat || !room ? 0 : Math.max(0, room.last_seq - room.read_seq)
    const button = this.the('chat')
    button.hidden = !showing
    button.classList.toggle('on', chat)
    button.title = chat ? 'Hide chat' : 'Show chat'
    button.setAttribute('aria-label', unread ? `Show chat, ${unread} unread` : button.title)
    this.the('unread').hidden = unread === 0
    this.the('unread').textContent = unread > 99 ? '99+' : String(unread)
  }

  #drawNotes() {
    const notes = this.hidden ? [] : callNotes(this.house)
    const closed = [...this.#closed].filter((text) => notes.some((note) => note.text === text))
    this.#closed = new Set(closed) // what comes up anew is said anew
    const open = notes.filter(({ text }) => !this.#closed.has(text))
    this.#notes?.draw(open.map((note) => ({ key: note.key, version: note.text, row: note })))
  }

  /** @param {Note} note */
  #makeNote({ grave, deed, closes, key }) {
    const close = () => {
      this.#closed.add(the(element, 'text').textContent)
      this.draw()
    }
    const element = make('p', { class: grave ? 'note grave' : 'note', 'data-note': key }, make('span', { part: 'text' }),
      deed && make('button', { type: 'button', class: 'strong small', click: deed.press }, deed.name),
      closes && make('button', { type: 'button', class: 'small more', 'aria-label': 'Dismiss', click: close }, icon('stop')))
    return element
  }
}

/** @param {Shown} shown */
const version = ({ tile: { media: _, ...tile }, media, ...shown }) => JSON.stringify([tile, shown, media?.id, media?.getVideoTracks().map(({ id }) => id)])
