/**
 * Knowing when a robot's scripts are there, so that no message comes before them. `hubot` loads them once the adapter is connected, and
 * says so by an event, yet waits neither for the packages of external-scripts.json nor they for their own files: so they are watched, until
 * nothing is added any more. A robot that was put together by hand says nothing; it gets its messages after PATIENCE_MS.
 */

import { pause } from './patience.mjs'

const PATIENCE_MS = 5000
const QUIET_MS = 100
const LOADED = 'scripts have loaded'

/** @typedef {{events: import('node:events').EventEmitter, listeners: unknown[], loadExternalScripts: (packages: any) => Promise<void>}} Robot */

/**
 * @param {Robot} robot
 * @returns {Promise<void>} never rejects: who loads them says what is wrong with them
 */
export async function scriptsOf(robot) {
  let packages = Promise.resolve()
  const load = robot.loadExternalScripts.bind(robot)
  robot.loadExternalScripts = async (named) => {
    const loading = load(named)
    packages = loading.catch(() => {})
    return await loading // a package that cannot be loaded ends Hubot as ever: whoever asked hears of it
  }
  await new Promise((resolve) => {
    robot.events.once(LOADED, resolve)
    setTimeout(resolve, PATIENCE_MS).unref()
  })
  await packages
  for (let before = -1; before !== robot.listeners.length; ) {
    before = robot.listeners.length
    await pause(QUIET_MS)
  }
}
