"""Emails, mailboxes and Outlook files as mail programs make them, bend them on the way, and as enemies do."""

from __future__ import annotations

import base64
import binascii
import struct
import time
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from containers_making import CHAT, IPHONE, JPEG, MINUTES, PNG, bytes_of, mail_of, mains, opened, raw_mail, zip_of
from containers_outlook import compound_file, outlook_mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.errors import Refused
from archiver.reading.containers import letters, mbox, mime

SUBJECT = "WhatsApp Chat with Budget team"
TEXT = "WhatsApp Chat with Budget team.txt"


def refusal(path: Path, data: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        opened(path, data)
    return refused.value


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n" + b"%s\r\n"
        + base64.encodebytes(IPHONE),
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: BASE64\n%s\n" + base64.b64encode(IPHONE),
        b"Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n%s\r\n"
        + binascii.b2a_qp(IPHONE, istext=False).replace(b"=0D=0A", b"=0D=0A=\r\n"),
        b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: 8bit\r\n%s\r\n" + IPHONE,
        b"content-transfer-encoding: binary\r\n%s\r\n" + IPHONE,
    ],
    ids=["base64", "base64 of no kind", "quoted-printable", "8bit, wrong charset", "binary"],
)  # fmt: skip
def test_an_attached_text_is_the_very_bytes_that_were_attached(tmp_path: Path, part: bytes) -> None:
    named = part.replace(b"%s", b'Content-Disposition: attachment; filename="_chat.txt"\r\n', 1)
    (bundle,) = opened(tmp_path / "a.eml", raw_mail(named)).bundles
    assert (bundle.main.name, bytes_of(bundle.main), bundle.main.size) == ("_chat.txt", IPHONE, len(IPHONE))


def test_an_emails_date_subject_and_own_name_come_along(tmp_path: Path) -> None:
    mail = mail_of(("ATT00001.txt", CHAT), date="Fri, 03 Jul 2026 11:31:07 +0200")
    (bundle,) = opened(tmp_path / "saved.eml", bytes(mail)).bundles
    assert bundle.names == ("ATT00001.txt", SUBJECT, "saved.eml")
    assert (bundle.dates[0].when, bundle.dates[0].basis) == (datetime(2026, 7, 3, 10, 31, 7), "embedded")
    assert bundle.dates[0].source == "the email's Date header"


def test_the_date_of_a_zip_comes_before_the_emails(tmp_path: Path) -> None:
    zipped = ("WhatsApp Chat - Budget team.zip", zip_of(("_chat.txt", IPHONE), date=(2026, 11, 19, 8, 0, 0)))
    (bundle,) = opened(tmp_path / "a.eml", bytes(mail_of(zipped))).bundles
    assert [dated.when.day for dated in bundle.dates[:2]] == [19, 20]
    assert bundle.names[:3] == ("_chat.txt", "WhatsApp Chat - Budget team.zip", SUBJECT)


def test_files_that_android_attaches_one_by_one_belong_to_the_text(tmp_path: Path) -> None:
    mail = mail_of((TEXT, CHAT), ("IMG-20260514-WA0003.jpg", JPEG), ("Plan – März.pdf", b"%PDF-1.4"))
    (bundle,) = opened(tmp_path / "a.eml", mail.as_bytes(policy=SMTP)).bundles
    assert [(a.name, a.size) for a in bundle.attachments] == [
        ("IMG-20260514-WA0003.jpg", len(JPEG)),
        ("Plan – März.pdf", 8),
    ]
    assert bytes_of(bundle.attachments[0]) == JPEG


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Disposition: attachment; filename*=UTF-8''Caf%C3%A9.txt",
        b"Content-Disposition: attachment;\r\n filename*0*=UTF-8''Caf%C3;\r\n filename*1*=%A9.txt",
        b'Content-Disposition: attachment; filename="=?utf-8?B?Q2Fmw6kudHh0?="',
        b'Content-Type: text/plain; name="=?iso-8859-1?Q?Caf=E9.txt?="',
        'Content-Disposition: attachment; filename="Café.txt"'.encode(),
    ],
    ids=["rfc2231", "rfc2231 in pieces", "rfc2047", "rfc2047 in the type", "plain utf-8"],
)
def test_encoded_file_names_are_undone(tmp_path: Path, field: bytes) -> None:
    assert mains(opened(tmp_path / "a.eml", raw_mail(field + b"\r\n\r\n" + CHAT))) == {"Café.txt": CHAT}


def test_two_chats_in_one_email_are_two_and_the_subject_names_neither(tmp_path: Path) -> None:
    mail = mail_of(("ATT00001.txt", CHAT), ("b.zip", zip_of(("_chat.txt", IPHONE))))
    source = opened(tmp_path / "a.eml", bytes(mail))
    assert mains(source) == {"ATT00001.txt": CHAT, "_chat.txt": IPHONE}
    assert all(SUBJECT not in bundle.names and "a.eml" not in bundle.names for bundle in source.bundles)


def test_texts_of_one_name_are_told_apart_by_their_place(tmp_path: Path) -> None:
    one, other = zip_of(("_chat.txt", CHAT)), zip_of(("_chat.txt", IPHONE))
    assert mains(opened(tmp_path / "a.eml", bytes(mail_of(("a.zip", one), ("b.zip", other))))) == {
        "a.zip/_chat.txt": CHAT,
        "b.zip/_chat.txt": IPHONE,
    }
    assert mains(opened(tmp_path / "b.eml", bytes(mail_of(("x.txt", CHAT), ("x.txt", IPHONE))))) == {
        "attachment/x.txt": CHAT,
        "2/attachment/x.txt": IPHONE,
    }


def forwarded(mail: EmailMessage, subject: str = "Fwd: for the record") -> EmailMessage:
    outer = mail_of(subject=subject, date="Mon, 23 Nov 2026 10:00:00 +0000")
    outer.add_attachment(mail)
    return outer


def test_an_email_forwarded_as_an_attachment_is_opened(tmp_path: Path) -> None:
    data = bytes(forwarded(forwarded(mail_of(("ATT00001.txt", IPHONE)))))
    (bundle,) = opened(tmp_path / "a.eml", data).bundles
    assert bytes_of(bundle.main) == IPHONE
    assert bundle.names[:3] == ("ATT00001.txt", SUBJECT, "Fwd: for the record")
    assert [dated.when.day for dated in bundle.dates[:2]] == [20, 23]


def test_an_email_attached_in_a_wrapping_is_opened(tmp_path: Path) -> None:
    inner = bytes(mail_of(("ATT00001.txt", IPHONE)))
    assert list(mains(opened(tmp_path / "a.eml", bytes(mail_of(("mail.dat", inner)))))) == ["ATT00001.txt"]
    outlook = compound_file(outlook_mail(SUBJECT, ("x.txt", IPHONE)))
    assert mains(opened(tmp_path / "b.eml", bytes(mail_of(("mail.msg", outlook))))) == {"x.txt": IPHONE}


def test_a_chat_pasted_into_the_words_is_taken_where_no_attachment_is_one(tmp_path: Path) -> None:
    mail = mail_of(("minutes.txt", MINUTES), body=CHAT.decode())
    (bundle,) = opened(tmp_path / "a.eml", bytes(mail)).bundles
    assert (bundle.main.name, bundle.attachments) == (letters.BODY, ())
    assert bytes_of(bundle.main) == CHAT


def test_a_chat_in_the_words_beside_an_attached_one_is_told(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.eml", bytes(mail_of((TEXT, IPHONE), body=CHAT.decode())))
    assert mains(source) == {TEXT: IPHONE}
    assert [finding.word for finding in source.findings] == [letters.CHAT_IN_BODY]


def test_pasted_words_in_another_alphabet_become_utf8(tmp_path: Path) -> None:
    text = CHAT.decode().encode("windows-1252")
    part = b"Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
    assert list(mains(opened(tmp_path / "a.eml", raw_mail(part))).values()) == [CHAT[:-1] + b"\n"]


def test_an_email_of_pictures_alone_is_screenshots_without_the_logos(tmp_path: Path) -> None:
    mail = mail_of(("1.png", PNG), ("logo.png", PNG[:900]), ("2.jpg", JPEG), subject="Screens")
    source = opened(tmp_path / "a.eml", bytes(mail))
    assert [(b.main.name, b.picture) for b in source.bundles] == [("1.png", True), ("2.jpg", True)]
    assert [finding.word for finding in source.findings] == [letters.SMALL_PICTURE]
    assert any(dated.source == "the email's Date header" for dated in source.bundles[0].dates)


@pytest.mark.parametrize(
    ("attachments", "word", "says"),
    [
        ([], "no-chat-text", "nothing in the email"),
        ([("minutes.txt", MINUTES)], "no-chat-text", "nothing in the email"),
        ([("winmail.dat", b"x\x9f>\x22" + bytes(50))], "no-chat-text", "winmail.dat"),
        ([("smime.p7m", b"0\x82" + bytes(50))], "no-chat-text", "smime.p7m"),
        ([(TEXT, b"")], "empty-file", "empty"),
        ([("a.zip", zip_of(("_chat.txt", IPHONE))[:80])], "bad-zip", "a.eml, attachment a.zip: the zip is cut short"),
        ([("a.zip", zip_of(("x/../../_chat.txt", IPHONE)))], "unsafe-path", "attachment a.zip"),
        ([("a.zip", zip_of(("minutes.txt", MINUTES)))], "no-chat-text", "nothing in the email"),
        ([("paper.doc", compound_file({"WordDocument": bytes(600)}))], "no-chat-text", "nothing in the email"),
    ],
)
def test_an_email_without_a_chat_is_refused(
    tmp_path: Path, attachments: list[tuple[str, bytes]], word: str, says: str
) -> None:
    refused = refusal(tmp_path / "a.eml", bytes(mail_of(*attachments)))
    assert (refused.word, says in str(refused)) == (word, True)


def test_a_bad_zip_beside_a_chat_is_told_and_kept_as_an_attachment(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.eml", bytes(mail_of((TEXT, CHAT), ("plan.zip", b"PK\3\4 no"))))
    assert [a.name for a in source.bundles[0].attachments] == ["plan.zip"]
    assert [finding.word for finding in source.findings] == [letters.ATTACHMENT_NOT_READ]


def test_an_email_that_lost_its_end_says_so(tmp_path: Path) -> None:
    part = b"Content-Disposition: attachment; filename=x.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    data = raw_mail(part + base64.b64encode(CHAT)[:-3], close=False)
    source = opened(tmp_path / "a.eml", data)
    assert [finding.word for finding in source.findings] == [letters.MAIL_CUT_SHORT]
    assert CHAT.startswith(mains(source)["x.txt"])


def test_a_boundary_that_begins_like_another_is_not_taken_for_it(tmp_path: Path) -> None:
    inner = raw_mail(
        b"Content-Disposition: attachment; filename=x.txt\r\n\r\n" + CHAT + b"--b0x in a line", boundary=b"b00"
    )
    inner = inner[inner.index(b"Content-Type: multipart") :]
    (text,) = mains(opened(tmp_path / "a.eml", raw_mail(inner, b"\r\nSee attached."))).values()
    assert text == CHAT + b"--b0x in a line"


def nested(depth: int) -> bytes:
    data = raw_mail(b"Content-Disposition: attachment; filename=x.txt\r\n\r\n" + CHAT)
    for _ in range(depth):
        data = raw_mail(b"Content-Type: message/rfc822\r\n\r\n" + data, boundary=b"b%d" % len(data))
    return data


@pytest.mark.parametrize(
    "data",
    [
        nested(100),
        raw_mail(*[b"\r\nx"] * (mime.MAX_PARTS + 1)),
        b"From: a@b.example\r\nMIME-Version: 1.0\r\n" + b"X-Long: " + b"a" * 2_000_000,
        b"MIME-Version: 1.0\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" + b"x--a\n" * 2_000_000,
    ],
    ids=["layers", "parts", "field without end", "false boundaries"],
)
def test_a_hostile_email_is_refused_soon(tmp_path: Path, data: bytes) -> None:
    started = time.process_time()
    assert refusal(tmp_path / "a.eml", data).word == "too-large"
    assert time.process_time() - started < 3


def test_an_email_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.eml").open("wb") as stream:
        stream.write(bytes(mail_of(body="A long line.\n" * 10_000)))
        stream.truncate(letters.MAX_MAIL + 1)
    started = time.process_time()
    with pytest.raises(Refused, match="Save its attachments") as refused:
        opened(tmp_path / "a.eml")
    assert refused.value.word == "too-large"
    assert time.process_time() - started < 3


def mailbox(*mails: EmailMessage | bytes) -> bytes:
    lines = (b"From alex.black@justice.example.gov.uk Fri Nov 20 09:31:07 2026\n", b"\n\n")
    return b"".join(lines[0] + bytes(mail) + lines[1] for mail in mails)


def test_a_mailbox_gives_its_chats_in_order_and_tells_what_holds_none(tmp_path: Path) -> None:
    data = mailbox(mail_of(("ATT00001.txt", CHAT)), mail_of(), mail_of(("ATT00001.txt", IPHONE), subject="Other"))
    source = opened(tmp_path / "a.mbox", data)
    assert source.media_type == "application/mbox"
    assert mains(source) == {"email 1/ATT00001.txt": CHAT, "email 3/ATT00001.txt": IPHONE}
    assert [bundle.names for bundle in source.bundles] == [("ATT00001.txt", SUBJECT), ("ATT00001.txt", "Other")]
    assert [(f.word, "Email 2" in f.detail) for f in source.findings] == [(letters.MAIL_WITHOUT_CHAT, True)]


def test_a_mailbox_longer_than_a_block_is_cut_at_the_right_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [CHAT + b"20/11/2026, 10:00 - A: %d\n" % n for n in range(30)]
    data = mailbox(*(mail_of(("x.txt", text)) for text in texts))
    for block in (1100, 1531, 4096):
        monkeypatch.setattr(mbox, "_BLOCK", block)
        assert list(mains(opened(tmp_path / "a.mbox", data)).values()) == texts


def test_lines_that_start_with_from_are_neither_split_nor_left_escaped(tmp_path: Path) -> None:
    text = CHAT + b"From the clerk: all fine at 10:30\n\nFrom: me\n>quoted\n"
    escaped = text.replace(b"\nFrom ", b"\n>From ")
    part = b"Content-Disposition: attachment; filename=x.txt\n\n"
    assert mains(opened(tmp_path / "a.mbox", mailbox(raw_mail(part + escaped)))) == {"x.txt": text}
    assert mains(opened(tmp_path / "b.mbox", mailbox(raw_mail(part + text)))) == {"x.txt": text}


def test_a_mailbox_goes_on_past_a_bad_email_and_is_refused_where_none_is_good(tmp_path: Path) -> None:
    bad = mail_of(("a.zip", b"PK\3\4 no"))
    source = opened(tmp_path / "a.mbox", mailbox(bad, mail_of((TEXT, CHAT))))
    assert mains(source) == {TEXT: CHAT}
    assert [finding.word for finding in source.findings] == [letters.MAIL_NOT_READ]
    assert refusal(tmp_path / "b.mbox", mailbox(mail_of(), bad)).word == "bad-zip"
    assert refusal(tmp_path / "c.mbox", mailbox(mail_of(), mail_of())).word == "no-chat-text"


def test_many_emails_without_a_chat_are_counted_not_listed(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.mbox", mailbox(mail_of((TEXT, CHAT)), *[mail_of()] * 150))
    assert [finding.detail for finding in source.findings] == ["150 emails of the mailbox carry no chat."]


def test_an_outlook_email_gives_text_zip_and_attached_email(tmp_path: Path) -> None:
    inner = outlook_mail("Inner", ("ATT00001.txt", IPHONE), header=24)
    tree = outlook_mail("Outer", (TEXT, CHAT * 100), ("b.zip", zip_of(("_chat.txt", IPHONE))), ("Inner", inner))
    source = opened(tmp_path / "a.msg", compound_file(tree))
    assert source.media_type == "application/vnd.ms-outlook"
    assert mains(source) == {TEXT: CHAT * 100, "_chat.txt": IPHONE, "ATT00001.txt": IPHONE}
    assert source.bundles[2].names == ("ATT00001.txt", "Inner")
    assert source.bundles[0].dates[0].when == datetime(2026, 11, 20, 9, 31, 7)


def test_an_outlook_email_without_a_chat_and_other_office_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.msg", compound_file(outlook_mail("x", ("m.txt", MINUTES)))).word == "no-chat-text"
    assert refusal(tmp_path / "a.doc", compound_file({"WordDocument": bytes(600)})).word == "binary-file"
    assert opened(tmp_path / "b.msg", compound_file(outlook_mail("x", body=CHAT.decode()))).bundles


def test_an_outlook_email_in_an_unknown_alphabet_is_refused(tmp_path: Path) -> None:
    tree = outlook_mail(SUBJECT, (TEXT, CHAT))
    tree["__properties_version1.0"] += struct.pack("<HHIII", 3, 0x3FDE, 6, 12345, 0)
    assert refusal(tmp_path / "a.msg", compound_file(tree)).word == "no-chat-text"


MAIL = mail_of(("a.zip", zip_of(("_chat.txt", IPHONE))), (TEXT, CHAT)).as_bytes()
BOX = mailbox(MAIL, MAIL)
OUTLOOK = compound_file(outlook_mail("Outer", (TEXT, CHAT), ("Inner", outlook_mail("In", ("b", IPHONE), header=24))))
PIECES = [
    b"",
    b"--",
    b"\n\n",
    b"\r\n",
    b"=?utf-8?q?",
    b";",
    b"\0",
    b"\xff",
    b"multipart/",
    b"boundary=",
    b"From ",
    b"*0*=",
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), sound=st.sampled_from([MAIL, BOX, OUTLOOK]))
def test_a_damaged_email_is_read_or_refused(tmp_path: Path, data: st.DataObject, sound: bytes) -> None:
    damaged = sound
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(damaged)))
        gone = data.draw(st.integers(0, 9))
        piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=4))
        damaged = damaged[:place] + piece + damaged[place + gone :]
    try:
        for bundle in opened(tmp_path / "a", damaged).bundles:
            assert len(bytes_of(bundle.main)) == bundle.main.size
            for attachment in bundle.attachments:
                assert len(bytes_of(attachment)) == attachment.size
    except Refused:
        pass


def test_a_picture_attached_as_bare_bytes_does_not_hide_the_email(tmp_path: Path) -> None:
    picture = b"Content-Disposition: attachment; filename=a.jpg\r\nContent-Transfer-Encoding: binary\r\n\r\n" + JPEG
    text = b"Content-Disposition: attachment; filename=x.txt\r\n\r\n" + CHAT
    (bundle,) = opened(tmp_path / "a.eml", raw_mail(picture, text)).bundles
    assert [bytes_of(attachment) for attachment in bundle.attachments] == [JPEG]


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Disposition: attachment; " + b";" * 15_000,
        b"Content-Disposition: attachment; filename*=punycode''" + b"a" * 8000 + b"-" + b"b" * 8000,
        b'Content-Disposition: attachment; filename="' + b"=?a?q?" * 2000 + b'"',
        b'Content-Disposition: attachment; filename="' + b"=?punycode?q?" + b"a" * 8000 + b"-" + b"b" * 8000 + b'?="',
    ],
    ids=["parameters", "rfc2231", "words", "word"],
)
def test_fields_made_to_be_slow_are_not(tmp_path: Path, field: bytes) -> None:
    parts = [field + b"\r\n\r\nx"] * 300
    started = time.process_time()
    assert refusal(tmp_path / "a.eml", raw_mail(*parts)).word == "no-chat-text"
    assert time.process_time() - started < 5
