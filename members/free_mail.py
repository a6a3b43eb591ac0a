"""Mail domains that say nothing about where somebody works: those of providers, telephone companies and free services.

Everything under ``.ne.jp`` is for providers (docomo, ezweb, nifty, biglobe, so-net, ocn, plala, dion, ...).
Of an ``.or.jp`` or ``.jp`` only those that are surely a provider's stand here: an association's own must not.
"""

FREE_MAIL = frozenset(
    {
        # --- free services ---
        "gmail.com",
        "googlemail.com",
        "yahoo.co.jp",
        "yahoo.com",
        "ymail.com",
        "rocketmail.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.co.jp",
        "hotmail.com",
        "live.jp",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "privaterelay.appleid.com",
        "aol.jp",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "protonmail.ch",
        "pm.me",
        "tutanota.com",
        "tuta.io",
        "gmx.com",
        "gmx.net",
        "zoho.com",
        "zohomail.com",
        "mail.com",
        "fastmail.com",
        "hey.com",
        "duck.com",
        "yandex.com",
        "mail.ru",
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "excite.co.jp",
        "excite.jp",
        "goo.jp",
        "infoseek.jp",
        "infoseek.co.jp",
        "livedoor.com",
        "rakuten.jp",
        # --- telephone companies ---
        "au.com",
        "softbank.jp",
        "ymobile.jp",
        "uqmobile.jp",
        "rakumail.jp",
        "willcom.com",
        # --- providers whose domains do not end in .ne.jp ---
        "nifty.com",
        "asahi-net.or.jp",
        "zaq.jp",
        "so-net.jp",
    }
)
_PROVIDERS = (".ne.jp", ".softbank.jp", ".vodafone.jp", ".asahi-net.or.jp", ".tokai.or.jp")


def is_free_mail(domain: str) -> bool:
    """Whether anybody may get an address of ``domain``."""
    return domain in FREE_MAIL or domain.endswith(_PROVIDERS)
