/**
 * Hears how loud a stream is, by a worklet: timers and pictures stand still in a hidden tab, sound does not. What cannot be heard is
 * never told of, and that is for the one who asked to notice.
 */

const MODULE = '/js/rtc/level-worklet.js'

/**
 * @param {() => AudioContext} makeContext
 * @returns {import('./microphone.js').Listen}
 */
export function earOf(makeContext) {
  return (stream, hear) => {
    let over = false
    let context = /** @type {AudioContext | null} */ (null)
    const begin = async () => {
      context = makeContext()
      await context.audioWorklet.addModule(MODULE)
      if (!over) lead(context, stream, (rms) => !over && hear(rms))
    }
    begin().catch(() => {}) // no worklets here, or closed meanwhile
    return () => {
      over = true
      context?.close().catch(() => {})
    }
  }
}

/**
 * @param {AudioContext} context
 * @param {MediaStream} stream
 * @param {(rms: number) => void} hear
 */
function lead(context, stream, hear) {
  const meter = new AudioWorkletNode(context, 'level', { outputChannelCount: [1] })
  meter.port.onmessage = ({ data }) => hear(data)
  // The meter puts out silence, but only what leads to the speakers is run at all.
  context.createMediaStreamSource(stream).connect(meter).connect(context.destination)
  const wake = () => context.state !== 'running' && context.state !== 'closed' && void context.resume().catch(() => {})
  context.addEventListener('statechange', wake) // a phone call may have put it to sleep
  wake()
}
