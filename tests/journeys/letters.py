"""The mails that reached the sink, for tests that say who shall have got which."""

import re
import time
from collections import defaultdict
from pathlib import Path

from tomoiki.embedded.mailbox import Mail, Mailbox

SECONDS = 30
#: What the portal's clock may send to anybody meanwhile: the demo asks all organisations whether they go on, and has
#: new terms. Left out by whoever names no word.
ASKING = "続けて参加されるか、おたずねします"
BY_THE_CLOCK = (ASKING, "利用規約が新しくなります")


def told_by_the_clock(subject: str) -> bool:
    """Whether this may come at any moment."""
    return any(each in subject for each in BY_THE_CLOCK)


class Letters:
    """What came for whom since it was last asked. Whoever looks on at other tests' mails, too, names a ``word``."""

    def __init__(self, folder: Path) -> None:
        self.mailbox = Mailbox(folder)
        self.taken: dict[str, set[str]] = defaultdict(set)

    def come_to(self, address: str, *subjects: str, word: str = "") -> list[Mail]:
        """Wait until ``address`` has the mails with these beginnings of subjects, and no other."""
        until = time.monotonic() + SECONDS
        while True:
            new = [mail for mail in self.all_to(address, word) if mail.name not in self.taken[address]]
            if len(new) >= len(subjects) or time.monotonic() > until:
                break
            time.sleep(0.1)
        self.taken[address] |= {mail.name for mail in new}
        told = [mail.subject for mail in new]
        fits = len(new) == len(subjects) and all(
            subject.removeprefix("【ともいき】").startswith(wanted)
            for subject, wanted in zip(sorted(told), sorted(subjects), strict=True)
        )
        assert fits, f"{address} was to get {sorted(subjects)}, and got {sorted(told)}"
        return new

    def all_to(self, address: str, word: str = "") -> list[Mail]:
        """Everything for ``address`` whose subject has ``word``, in the order it came."""
        mails = [mail for mail in reversed(self.mailbox.mails()) if address in mail.recipient and word in mail.subject]
        return [mail for mail in mails if word or not told_by_the_clock(mail.subject)]

    def has_none_left(self, address: str, word: str = "") -> None:
        """Nothing came that was not looked for, and nothing came twice."""
        mails = self.all_to(address, word)
        assert [mail.subject for mail in mails if mail.name not in self.taken[address]] == []
        numbers = [str(mail.message["Message-ID"]) for mail in mails]
        assert len(set(numbers)) == len(numbers)

    def link_in(self, mail: Mail, path: str) -> str:
        """The address in the mail's text whose path begins with ``path``."""
        whole = self.mailbox.get(mail.name)
        assert whole is not None
        found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", whole.text)
        assert found, whole.text
        return found[1]
