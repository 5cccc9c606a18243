/**
 * Runs beside the sound: tells how loud it is that comes in, and lets nothing out.
 */

import { Loudness } from './loudness.js'

const scope = /** @type {any} */ (globalThis)

class Level extends scope.AudioWorkletProcessor {
  #loudness = new Loudness((rms) => this.port.postMessage(rms))

  /** @param {Float32Array[][]} inputs */
  process([channels = []]) {
    this.#loudness.take(channels)
    return true
  }
}

scope.registerProcessor('level', Level)
