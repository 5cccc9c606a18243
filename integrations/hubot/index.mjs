/** `hubot -a hubot-devchitchat` comes in here. */

import { Devchitchat } from './src/adapter.mjs'

export default { use: async (robot) => new Devchitchat(robot) }
