"""Thousands of addresses that were written to redirect an email, or to break its parsers."""

from itertools import product

EVIL = "attacker@evil.test"
# Lookalikes of @ and . in Unicode, letters that fold to ASCII ones, and invisible characters.
TWINS = {"@": "＠﹫", ".": "․．。｡", "s": "ſｓ𝐬", "k": "Kｋ", "o": "ℴｏо", "f": "ﬀ"}
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e\u034f\u202e\u2028\u2029\u0085\u00a0\u3000"
CONTROLS = "".join(map(chr, range(32))) + "\x7f"
SIGNS = ' "(),:;<>[\\]@%!\u00df\u0130\u00e9\u0301\U0001f600'
ENCODED = (
    "%0a",
    "%0d%0a",
    "%00",
    "%40",
    "%2c",
    "&#64;",
    "\\r\\n",
    "\\u0040",
    "=?utf-8?q?=40?=",
    "=0A",
    "+AEA-",
    "%c0%8a",
)
INSERTED = (*UNSEEN, *CONTROLS, *SIGNS, *ENCODED)

# V is an address with access, E the attacker's.
FORMS = (
    "V, E", "E, V", "V,E", "E,V", "V;E", "E;V", "V E", "E V", "V\tE", "V\nE", "V\r\nE", "V\r\n\tE", "E\r\n V",
    "E <V>", "V <E>", "<E>V", "<V>E", "<E> <V>", "<V> <E>", "V<E>", "E<V>", '"V" <E>', '"E" <V>', "(V) E", "E (V)",
    "(E)V", "V(E)", "V(", "(V", "group:E,V;", "group:V,E;", "g:E;V", "g:;V", ":E;V", "@evil.test:V",
    "@evil.test,@x.test:V",
    "<@evil.test:V>", "V\r\nBcc: E", "V\nBcc:E", "V\r\n\r\nbody", "V%0aBcc:E", "V%0d%0aTo:E", "V\0E", "E\0V", "V\0",
    "V\r\n.\r\nMAIL FROM:<E>", "V>\r\nRCPT TO:<E", "V> RCPT TO:<E", "V> NOTIFY=SUCCESS", "V SIZE=1", "V ORCPT=rfc822;E",
    "mailto:V", "mailto:E?to=V", "V?bcc=E", "V&email=E", "V/E", "V|E", "V\\E", "V\\,E", "E\\ V", "'V'", '"V"', "`V`",
    "{V}", "[V]", "<V>", "<<V>>", "<V", "V>", ">V<", "V.", ".V", "V..", "@V", "V@", "V@E", "E@V", "V@evil.test",
    "=?utf-8?q?E?= <V>", "=?utf-8?q?E?=", "=?utf-8?b?YXR0YWNrZXJAZXZpbC50ZXN0?= <V>",
    "=?utf-8?q?a=0ABcc:E=0A=0Abody?= V",
    "V=?utf-8?q?=2C?=E", "To: V", "Bcc: E", "RCPT TO:<E>", '["V","E"]', '{"email":"V"}', "V' OR '1'='1", "V'--", "V;--",
    "V\u2028E", "V\u0085E", "V\x0bE", "V\x0cE", "V\x1cE", "V\xa0", "\ufeffV", "V\u200b", "\u202eV", "V，E", "V；E",
    "V、E",
)  # fmt: skip
LOCAL_FORMS = (
    '"L"@D', '"L E"@D', '"L\\"@D', '"E"@D', '"L\\@evil.test"@D', "L(E)@D", "(E)L@D", "L@(E)D", "L@D(E)", "L @D", "L@ D",
    "L@D @evil.test", "L%evil.test@D", "attacker%evil.test@D", "evil.test!attacker@D", "D!L@evil.test", "L@D@evil.test",
    "L@[127.0.0.1]", "L@[IPv6:::1]", "L@127.0.0.1", "L@D:25", "L@D/", "L@D#", "L@D?", "L@D\\", "L@D.evil.test", "L@.D",
    "L@D.", "L@D..", "L@-D", "L@D-", "L@xn--D", "L@D%00.evil.test", "L@D\0.evil.test", "L@D\r\n.evil.test", "L..x@D",
    ".L@D", "L.@D", "L@", "@D", "L", "D", "L@D,", ",L@D", "L@D;", "=?utf-8?q?attacker=40evil.test?=@D", "L\r\n@D",
    "=?utf-8?q?L?=@D", "attacker@evil.test@D", "attacker\\@evil.test@D", "attacker＠evil.test@D", "L@evil.test。D",
    "L@ｅvil.D",
    "L@D\u3002test", "L@D\u00ad", "L@\u00adD", "l\u0131@D", "L\u00df@D", "L@stra\u00dfe.D", "L@localhost",
    "L@D,evil.test", "*@D", "L*@D", "-L@D", "-oQ/tmp@D", "|L@D", "/L@D", "=L@D", "=?L@D", "L=?@D", "=?utf-8?b?TA==?=@D",
)  # fmt: skip


def hostile_spellings(allowed):
    """Return the hostile spellings of one address, each once."""
    local, domain = allowed.split("@")
    found = [form.replace("V", allowed).replace("E", EVIL) for form in FORMS]
    found += [form.replace("L", local).replace("D", domain).replace("E", EVIL) for form in LOCAL_FORMS]
    found += [allowed[:at] + sign + allowed[at:] for sign, at in product(INSERTED, range(len(allowed) + 1))]
    found += [allowed[:at] + twin + allowed[at + 1 :] for at, one in enumerate(allowed) for twin in TWINS.get(one, "")]
    found += [allowed.replace(one, twin) for one, twins in TWINS.items() for twin in twins]
    found += [
        "a" * 65 + "@" + domain,
        "a" * 250 + "@" + domain,
        f"{local}@{'a' * 64}.{domain}",
        allowed * 3,
        "a" * 65536,
    ]
    found += [f"{allowed},{EVIL}" * 2000, "@" * 65536, "(" * 5000 + allowed, allowed + " " * 60000 + EVIL, "\0" * 9000]
    return list(dict.fromkeys(found))


def harmless_spellings(allowed):
    """Return spellings of the same plain address, which are all parsed as that one."""
    local, domain = allowed.split("@")
    return [
        allowed, allowed.upper(), f" {allowed}", f"{allowed} ", f"\t{allowed}\r\n", f"{local.upper()}@{domain}",
        f"{local}@{domain.title()}",
    ]  # fmt: skip
