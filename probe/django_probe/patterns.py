"""The patterns of secrets. Each takes time in proportion to the text, whatever the text is."""

import re

# What shows by its shape that it is a secret: hints, one of which is in all that the pattern matches, and the pattern.
SHAPES = (
    (("-----BEGIN",), re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?:(?s:.*?)-----END [A-Z0-9 ]*-----|(?s:.*))")),
    (("---- BEGIN",), re.compile(r"---- BEGIN [A-Z0-9 ]*PRIVATE KEY ----(?:(?s:.*?)---- END [A-Z0-9 ]*----|(?s:.*))")),
    (("Private-Lines:",), re.compile(r"Private-Lines:(?:(?s:.*?)Private-(?:MAC|Hash):[^\n]*|(?s:.*))")),  # PuTTY
    (("AGE-SECRET-KEY-",), re.compile(r"AGE-SECRET-KEY-[0-9A-Z-]{8,}")),
    (("eyJ",), re.compile(r"eyJ[\w-]{8,}[\w.=-]*")),
    (("ewog",), re.compile(r"ewog[\w-]{8,500}\.[\w-]{4,}[\w.=-]*")),
    (("/webhooks/",), re.compile(r"(?P<kept>/api/(?:v\d+/)?webhooks/)\d{6,30}/[\w-]{20,}")),
    (("webhook.office.com/",), re.compile(r"(?P<kept>webhook\.office\.com/)[\w@/-]{20,}")),
    (("hooks.zapier.com/",), re.compile(r"(?P<kept>hooks\.zapier\.com/hooks/catch/)[\w/]{8,}")),
    (("access_token$production$",), re.compile(r"access_token\$production\$[\w$]{16,}")),
    (("oken ",), re.compile(r"(?P<kept>\b[Tt]oken )[0-9a-fA-F]{40,}")),
    (("-",), re.compile(r"(?<![^\W])[a-z0-9]{6}-[0-9a-fA-F]{32}(?!\w)")),  # Django's password reset
    ((":",), re.compile(r"(?<![^\W])(?P<kept>(?:bot)?)\d{6,12}:[A-Za-z0-9_-]{30,}")),  # Telegram
    (("-",), re.compile(r"(?<![^\W])[0-9a-f]{32}-(?:[0-9a-f]{8}-[0-9a-f]{8}|us\d{1,2})(?!\w)")),  # Mailgun, Mailchimp
    ((".",), re.compile(r"(?<![^\W])[MNO][A-Za-z0-9_-]{22,31}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}")),  # Discord
    (
        ("$", "{S", "{MD5}", "{CRYPT}", "{PBKDF2", "{ARGON2"),
        re.compile(
            r"\b(?:pbkdf2_\w{1,16}|argon2\w{0,8}|bcrypt\w{0,16}|scrypt|md5|sha1|sha256|sha512|unsalted_md5|unsalted_sha1"
            r"|crypt)\$+[^\s'\"<>;)]{4,}|\bSCRAM-SHA-(?:1|256|512)\$[^\s'\"<>;)]{8,}|\b(?:scrypt|pbkdf2):[\w:]{1,64}\$[^\s'\"<>;)]{8,}"
            r"|\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|sha1|md5|argon2(?:id|i|d)|scrypt|bcrypt-sha256|pbkdf2[\w-]{0,16}|P|H|S)"
            r"\$[^\s'\"<>;)]{8,}"
            r"|\{(?:SSHA|SHA|SMD5|MD5|CRYPT|SSHA256|SSHA512|PBKDF2[\w-]{0,16}|ARGON2)\}[\w./+=$]{8,}"
        ),
    ),
)
BEARER = re.compile(r"(?P<kept>(?:[Bb]earer|BEARER)[ ,:]{1,8})(?P<token>[\w.~+/=-]{6,})")
BASIC = re.compile(r"(?P<kept>\b[Bb]asic )(?P<token>[\w+/=-]{4,})")
AFTER_SCHEME = re.compile(r"""(?<=://)[^\s"'<>]+""")
HOST_PORT = re.compile(r"(?:\[[^\]]*\]|[^:]*)(?::\d*)?")
AT = re.compile("@|%40")
DOMAIN = re.compile(r"[\w.-]{3,255}")
SEGMENT = re.compile(r"/([\w.%=~:-]*)")
LONG = re.compile(r"[\w.+/=-]{14,}")  # what no prefix of a credential can be without
TOKEN = re.compile(r"[A-Za-z0-9_-]*")

string = (
    r"""[bBfFrRuU]{0,2}(?:\"""(?:(?s:.*?)\"""|(?s:.*))|'''(?:(?s:.*?)'''|(?s:.*))"""
    r"""|"(?:[^"\\\n]|\\(?s:.))*"?|'(?:[^'\\\n]|\\(?s:.))*'?)"""
)
STRING = re.compile(string)
KEY_LINE = re.compile(r"""(?m)^(?P<kept>[ \t]*["']?)[A-Za-z0-9+/=]{60,}""")
SEPARATOR = re.compile(r"[:=][:=>]*|%(?:25){0,2}3[aAdD]")
# A name backwards, with what may be escaped in it.
NAME_BACKWARDS = re.compile(r"(?:[0-9A-Fa-f]{2}%|[0-9a-fA-F]{4}u\\|[\w.-])*")
QUOTES = " \t\r\n\"'`\\)]!"
QUOTE_MARKS = ("&quot;", "&#x27;", "&#39;", "&#34;", "&gt;", "%22", "%27")
EXCEPTION = re.compile(
    r"(?:^|[ .])[A-Z][a-z]\w*(?:Error|Exception|Warning|Failed|Denied|Expired|Invalid|Required|Missing|Exists?)$"
)
BLANKS = re.compile(r"\s*")
# What follows a separator: a literal, a block of YAML, a nested value, or the rest of the line.
ANYTHING = re.compile(
    r"\[Filtered\]"
    rf"|{string}(?:[ \t]*{string})*[\w/+=.-]*|[|>][+-]?[ \t]*(?:\n[ \t]+[^\n]*|\n(?=\n))+"
    r"|\([^()\n]*\)|[\[{(](?s:.*)|[^\n]+"
)
NEXT = re.compile(r"[ \t]{0,16}>?[:=][:=>]*\s*")
# What may follow one in source code: a literal alone.
LITERAL = re.compile(
    rf"""(?:[\w.\[\], |]{{1,64}}=\s{{0,64}})?(?:\(?\s{{0,64}}{string}(?:\s{{0,64}}{string})*|\d[\w.]*"""
    r"""|[\[({](?=[^\])}]{0,200}["'])[^\])}]*)"""
)
# ('name', 'value'), as Python prints items, and setattr(x, 'name', 'value').
PAIR = re.compile(
    r"""(?:[(\[]|setattr\([^,()\n'"]{1,100},[ ]?)[bBuU]?(?:'(?P<one>[^'\\\n]{2,64})'|"(?P<two>[^"\\\n]{2,64})"),[ \t]*"""
    r"""(?P<value>[bBuU]?(?:'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?))"""
)
# A form field in a multipart body.
PART = re.compile(r"""(?i:form-data;)[^\n]{0,200}?name=\\?["']?(?P<name>[^"'\\;\r\n]{1,128})""")
# 'x' for column 'password'.
NAMED_AFTER = re.compile(
    r"""(?:'(?P<a>[^'\n]+)'|"(?P<b>[^"\n]+)"|`(?P<c>[^`\n]+)`) """
    r"(?:for|in|of|as|as an|as a|as the|is not a|is not an|is an|is no|is not the|does not match)"
    r"(?: (?:the|valid|invalid|correct|wrong|bad|acceptable|proper|key|column|field|parameter|attribute|argument|variable"
    r"|option|setting|header|property|user's|current)){0,8} ['\"`(]?(?P<name>[\w.\[\]-]{1,128}(?: [\w-]{1,64})?)"
)
# The header of a WebSocket whose first item announces a secret.
PROTOCOL = re.compile(
    r"""(?i)sec-websocket-protocol['"]?[ \t]{0,8}[:=][ \t]{0,8}['"]?(?P<name>[\w.-]{1,64})[ \t]{0,8},(?P<value>[^\n'"]+)"""
)
# <name>password</name><value>x</value>, in either order.
NAMED_ELEMENTS = (
    re.compile(
        r"(?i)<(?:[\w-]{1,64}:)?(?:name|key|field|param|parameter|property|attribute|variable)>"
        r"(?P<name>[^<\n]{1,128})</[^>\n]{1,64}>\s{0,64}<[\w:.-]{1,64}[^>\n]{0,200}>(?P<value>[^<]+)"
    ),
    re.compile(
        r"(?i)<(?:[\w-]{1,64}:)?(?:value|val|content|data|text|string)>(?P<value>[^<]+)</[^>\n]{1,64}>\s{0,64}"
        r"<(?:[\w-]{1,64}:)?(?:name|key|field|param|parameter|property|attribute|variable)>(?P<name>[^<\n]{1,128})</"
    ),
)
INSERT = re.compile(
    r"(?i)\binto[ \t\r\n]{1,8}[^ \t\r\n(]{1,200}[ \t\r\n]{0,8}\((?P<columns>[^()]+)\)[ \t\r\n]{0,8}values[ \t\r\n]{0,8}\("
)
# A value with what is behind it, up to a comma or a bracket; its literal is a text or a number.
INSERTED = re.compile(
    r"""[ \t\r\n]*(?:(?P<literal>[A-Za-z]{0,2}(?:'(?:[^'\\]|\\(?s:.)|'')*(?:'|\\?\Z)|"(?:[^"\\]|\\(?s:.)|"")*(?:"|\\?\Z))"""
    r"""|[0-9]+(?=[ \t\r\n]*(?:[,)]|\Z))))?[^,)]*"""
)
FLAG = re.compile(r"""(?:(?<=[\s'"`\[(,])|^)-+(?P<flag>[A-Za-z][\w-]*)""")
ARGUMENT = re.compile(r"""[^\s'"`;|&<>]*""")
GLUED = re.compile(r"""[^\s'"`;|&<>,]*""")
