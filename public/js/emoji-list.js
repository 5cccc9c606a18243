/**
 * The emoji that people in a chat use, by group; each with its names, the first of which is what one writes between colons. Others can be
 * typed or pasted as they are: this list is for finding, not for allowing.
 */

/** @type {ReadonlyArray<readonly [group: string, list: string]>} */
export const GROUPS = Object.freeze([
  ['Faces', `
😀 grinning happy|😃 smiley|😄 smile|😁 grin|😆 laughing lol|😅 sweat_smile|🤣 rofl|😂 joy tears|🙂 slight_smile|🙃 upside_down|😉 wink|😊 blush
😇 innocent angel|🥰 loved hearts|😍 heart_eyes|🤩 star_struck|😘 kiss_face|😋 yum|😛 tongue|😜 winking_tongue|🤪 zany|🤑 money_face|🤗 hug
🤭 giggle|🤫 shush quiet|🤔 thinking hmm|🫡 salute|🤐 zipped|🤨 raised_eyebrow|😐 neutral|😑 expressionless|😶 no_mouth|😏 smirk|😒 unamused
🙄 eye_roll|😬 grimace|😮‍💨 exhale sigh|🤥 lying|😌 relieved|😔 pensive|😪 sleepy|🤤 drool|😴 sleeping zzz|😷 mask|🤒 ill fever|🤕 hurt|🤢 nauseated
🤮 vomit|🤧 sneeze|🥵 hot|🥶 cold|🥴 woozy|😵‍💫 dizzy_face|🤯 mind_blown exploding|🤠 cowboy|🥳 party_face|🥸 disguised|😎 cool sunglasses|🤓 nerd
🧐 monocle|😕 confused|🫤 meh|😟 worried|🙁 frown|😮 wow open_mouth|😯 hushed|😲 astonished|😳 flushed|🥺 pleading|🥹 touched|😨 fearful
😰 cold_sweat|😢 cry|😭 sob|😱 scream|😖 confounded|😞 disappointed|😩 weary|😫 tired|🥱 yawn|😤 triumph|😠 angry|😡 rage|🤬 cursing
😈 devil|💀 skull dead|💩 poop|🤡 clown|👻 ghost|👽 alien|🤖 robot bot|🫠 melting|🫥 dotted|😺 cat_smile|🙈 see_no_evil|🙉 hear_no_evil|🙊 speak_no_evil`],
  ['Hands and people', `
👍 +1 thumbsup yes|👎 -1 thumbsdown no|👏 clap|🙌 raised_hands hooray|👐 open_hands|🤝 handshake deal|🙏 pray please thanks|👋 wave hello|✌️ victory peace
🤞 fingers_crossed|🤟 love_you|🤘 rock|🤙 call_me|👌 ok_hand|🤌 pinched|🤏 pinch|👈 point_left|👉 point_right|👆 point_up|👇 point_down|✋ hand stop
🖖 vulcan|💪 muscle strong|✊ fist|👊 punch|🫶 heart_hands|🫰 snap|✍️ writing|🤳 selfie|👀 eyes look|🧠 brain|🤷 shrug|🤦 facepalm|🙋 raising_hand
🙇 bow|💁 info|🏃 running|🚶 walking|💃 dance|🕺 disco|🧘 calm|🛌 bed|👨‍💻 coder|🥷 ninja|🧙 wizard|🦸 hero`],
  ['Hearts and signs', `
❤️ heart love|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|🤍 white_heart|💔 broken_heart|💕 two_hearts
💖 sparkling_heart|💯 hundred perfect|✅ check done|☑️ checked|❌ cross wrong|❗ exclamation|❓ question|⁉️ interrobang|⚠️ warning|🚫 forbidden
🔥 fire lit|✨ sparkles|⭐ star|🌟 glowing_star|💫 dizzy|💥 boom|💢 anger|💦 sweat|💤 snore|💬 speech|💭 thought|🔔 bell|🔕 muted|➕ plus|➖ minus
➡️ right|⬅️ left|⬆️ up|⬇️ down|🔁 repeat|🔴 red|🟠 orange|🟡 yellow|🟢 green|🔵 blue|🟣 purple|⚫ black|⚪ white|🆒 cool_sign|🆕 new|🆗 ok`],
  ['Things', `
🎉 tada party|🎊 confetti|🎈 balloon|🎁 gift present|🏆 trophy|🥇 gold first|🥈 silver|🥉 bronze|🎯 target dart|🎮 game|🎲 dice|🧩 puzzle|🎵 music note
🎸 guitar|🎧 headphones|🎤 microphone|🎬 film|📷 camera|📺 tv|💻 laptop computer|🖥️ desktop|⌨️ keyboard|🖱️ mouse_device|📱 phone|☎️ telephone|🔋 battery
🔌 plug|💡 idea bulb|🔦 torch|🕯️ candle|📚 books|📖 book|📝 memo|✏️ pencil|📌 pin|📎 clip|✂️ scissors|📅 calendar|📈 chart_up|📉 chart_down|🔒 lock|🔓 unlock
🔑 key|🔨 hammer|🔧 wrench fix|⚙️ gear|🧰 toolbox|🧲 magnet|🧪 test|🔬 microscope|🚀 rocket ship_it|✈️ plane|🚗 car|🚲 bike|🚆 train|🏠 house home
💰 money|💳 card|📦 package|✉️ mail|🗑️ trash|⏰ alarm|⏳ hourglass|🕐 clock|🐛 bug|🚧 construction|🩹 bandage|💊 pill|👑 crown|💎 gem|🔮 crystal_ball`],
  ['Food, animals, sky', `
☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|🥂 toast|🍕 pizza|🍔 burger|🍟 fries|🌮 taco|🍣 sushi|🍜 noodles|🥗 salad|🍎 apple|🍌 banana|🍓 strawberry|🥑 avocado
🍰 cake|🎂 birthday|🍪 cookie|🍫 chocolate|🍿 popcorn|🧀 cheese|🥐 croissant|🍞 bread|🐶 dog|🐱 cat|🐭 mouse|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐸 frog|🐵 monkey
🐔 chicken|🐧 penguin|🦆 duck|🦉 owl|🐝 bee|🦋 butterfly|🐢 turtle|🐍 snake|🐙 octopus|🐳 whale|🦀 crab|🦄 unicorn|🐉 dragon|🌸 blossom|🌹 rose|🌻 sunflower|🌱 seedling
🌳 tree|🍀 clover luck|🌈 rainbow|☀️ sun|🌤️ fair|☁️ cloud|🌧️ rain|⛈️ storm|❄️ snow|⛄ snowman|🌙 moon night|🌍 earth world|🌊 ocean|⚡ zap lightning|🏖️ beach|🏔️ mountain`],
])
