"""The patterns of secrets: what shows by its shape that it is one, and what follows a name that is one's."""

import re

PREFIXES = (
    *("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("glpat-", "gldt-", "glrt-", "glcbt-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-", "AIza"),
    *("GOCSPX-", "ya29.", "npm_", "pypi-AgE", "sk-ant-", "sk-proj-", "sk-svcacct-", "hf_", "dckr_pat_", "shpat_"),
    *("shpss_", "shpca_", "shppa_", "dop_v1_", "doo_v1_", "dor_v1_", "sq0csp-", "sq0atp-", "hvs.", "hvb.", "sntrys_"),
    *("sntryu_", "AKIA", "ASIA", "SG.", "key-", "hooks.slack.com/services/"),
)

string = (
    r"""[bBfFrRuU]{0,2}(?:\"""(?s:.*?)(?:\"""|\Z)|'''(?s:.*?)(?:'''|\Z)"""
    r"""|"(?:[^"\\\n]|\\(?s:.))*"?|'(?:[^'\\\n]|\\(?s:.))*'?)"""
)
SHAPES = (
    (("-----BEGIN",), re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?s:.*?)(?:-----END [A-Z0-9 ]*-----|\Z)")),
    (("eyJ",), re.compile(r"eyJ[\w-]{8,}[\w.-]*")),
    (("earer ",), re.compile(r"(?P<kept>[Bb]earer )[\w.~+/=-]{6,}")),
    (("asic ",), re.compile(r"(?P<kept>[Bb]asic )(?=\S*[0-9A-Z=])[\w+/=-]{6,}")),
    (("oken ",), re.compile(r"(?P<kept>[Tt]oken )[0-9a-fA-F]{40,}")),
    (("://",), re.compile(r"""(?P<kept>://)[^\s"'<>@/]*(?::[^\s"'<>]*)?@""")),
    (("@", "%40"), re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")),
    (PREFIXES, re.compile("(?:" + "|".join(map(re.escape, PREFIXES)) + r")[\w/.-]{10,}")),
    (("-",), re.compile(r"\b[a-z0-9]{6}-[0-9a-f]{32}\b")),  # Django's password reset
)
FOUR_DIGITS = re.compile(r"\d{4}")
CARD = re.compile(r"(?<![\w.])[2-68](?:[ -]?\d){12,18}(?!\w)")
# Social security, IBAN, and in source code the lines of a key whose beginning is out of sight.
NUMBER = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
KEY_LINE = re.compile(r"""(?m)^(?P<kept>\s*["']?)[A-Za-z0-9+/=]{60,}""")
NAME = re.compile(
    r"""(?<![\w.-])(?P<name>[\w.-]+(?: [\w.-]+)?)(?:[\s"'`\\)\]!]|&quot;|&\#x27;|&\#39;|&\#34;|%2[27])*"""
    r"""(?:[:=][:=>]*|%3[AaDd]|(?<=["']),|\bvalue=)[ \t]*"""  # the last one in HTML
)
EXCEPTION = re.compile(r"(?:^|[ .])[A-Z][a-z]\w*(?:Error|Exception|Warning|Failed|Denied|Expired|Invalid|Missing)$")
STRING = re.compile(string)
# A string in which a name follows in turn goes with its line; a block of YAML, with all of its lines.
ANYTHING = re.compile(
    rf"\s*(?:{string}(?:[ \t]*{string})*[\w/+=.-]*(?:[ \t]*:[^\n]*)?|[|>][+-]?(?:\n[ \t]+[^\n]*)+"
    r"|\([^()\n]*\)|[\[{(](?s:.*)|[^\n]+)"
)
LITERAL = re.compile(
    rf"""(?:[\w.\[\], |]+=\s*)?(?:\(?\s*{string}(?:\s*{string})*|\d[\w.]*|[\[({{](?=[^\])}}]*["'])[^\])}}]*)"""
)
