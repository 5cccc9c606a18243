/**
 * How loud samples are that come in pieces: the root mean square of every so many, some 47 times a second at 48 kHz, so that the gate
 * opens within a word's first sound.
 */

const SAMPLES = 1024

export class Loudness {
  #tell
  #sum = 0
  #count = 0

  /** @param {(rms: number) => void} tell */
  constructor(tell) {
    this.#tell = tell
  }

  /** @param {Float32Array[]} channels of one piece, equally long; none is silence of a quantum's length */
  take(channels) {
    for (const samples of channels) {
      let sum = 0
      for (const sample of samples) sum += sample * sample
      this.#sum += sum / channels.length
    }
    this.#count += channels[0]?.length ?? 128
    if (this.#count < SAMPLES) return
    const rms = Math.sqrt(this.#sum / this.#count)
    this.#sum = this.#count = 0
    this.#tell(rms)
  }
}
