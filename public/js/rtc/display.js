/**
 * What is asked of the browser when a screen is shared, and what came of it. The guard against echo: what the others say comes out of my
 * speakers, so the sound of a whole system may only be sent where the browser leaves out our own; and this page is never offered.
 * Pure.
 */

/** @typedef {'text' | 'motion' | 'source'} Preset */
/** @typedef {'screen' | 'window' | 'tab'} Surface */

/** @type {Record<Preset, {name: string, does: string, hint: string, video: MediaTrackConstraints}>} */
export const PRESETS = {
  text: { name: 'Text', does: 'sharp letters, 1080p at 15 a second', hint: 'detail', video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 15 } } },
  motion: { name: 'Motion', does: 'games and films, 720p at 60 a second', hint: 'motion', video: { width: { max: 1280 }, height: { max: 720 }, frameRate: { ideal: 60, max: 60 } } },
  source: { name: 'Source', does: 'as it is, whatever it costs', hint: '', video: { frameRate: { ideal: 30, max: 60 } } },
}

const SURFACES = /** @type {Record<string, Surface>} */ ({ monitor: 'screen', window: 'window', browser: 'tab' })

/**
 * @param {Preset} preset
 * @param {Record<string, unknown>} supported what `getSupportedConstraints` says
 */
export function options(preset, supported) {
  const guarded = Boolean(supported.restrictOwnAudio)
  const own = { ...(guarded ? { restrictOwnAudio: true } : {}), ...(supported.suppressLocalAudioPlayback ? { suppressLocalAudioPlayback: false } : {}) }
  return {
    video: PRESETS[preset].video,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, ...own },
    systemAudio: guarded ? 'include' : 'exclude',
    windowAudio: 'window',
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'include',
    monitorTypeSurfaces: 'include',
  }
}

/**
 * @param {MediaStreamTrack} video
 * @returns {Surface}
 */
export const surfaceOf = (video) => SURFACES[String(video.getSettings().displaySurface)] ?? 'screen'

/**
 * Whether the sound would bring the others' own voices back to them: the system's, of a browser that cannot leave ours out.
 * @param {MediaStreamTrack} video
 * @param {MediaStreamTrack} audio
 */
export function echoes(video, audio) {
  const { restrictOwnAudio } = /** @type {{restrictOwnAudio?: boolean}} */ (audio.getSettings())
  return surfaceOf(video) === 'screen' && !restrictOwnAudio
}
