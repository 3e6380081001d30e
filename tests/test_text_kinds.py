"""What a message is: told by the phone's own words, and never by a person's who writes the same."""

# ruff: noqa: E501 - a table of wording: a row a line
from __future__ import annotations

import pytest
from texts import ANDROID, IPHONE, PASTE, read

LRM, RLM = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
NOTICE = f"[31/12/2024, 08:59:00] Gold group: {LRM}Messages and calls are end-to-end encrypted.\r\n"


def android(body: str) -> tuple[str, str, bool, str | None]:
    """One message by a person in an Android export: kind, text, edited, attachment."""
    done = read(f"31/12/2024, 09:00 - Al Hill: plain\n31/12/2024, 09:00 - Al Hill: {body}\n")
    one = done.sightings[1]
    assert one.sender == ("Al Hill" if one.kind != "system" else None)
    return one.kind, one.text, one.edited, one.attachment


def iphone(body: str) -> tuple[str, str, bool, str | None]:
    """One message by a person in an iPhone's export."""
    done = read(f"{NOTICE}[31/12/2024, 09:00:00] Al Hill: plain\r\n[31/12/2024, 09:00:00] Al Hill: {body}\r\n", IPHONE)
    one = done.sightings[2]
    assert one.sender == ("Al Hill" if one.kind != "system" else None)
    return one.kind, one.text, one.edited, one.attachment


# by language: left out, image left out, deleted, deleted by you, file in angle brackets, file in round brackets
WORDS = {
    "en": "<Media omitted>|image omitted|This message was deleted|You deleted this message|attached|file attached",
    "de": "<Medien ausgeschlossen>|Bild weggelassen|Diese Nachricht wurde gelöscht.|Du hast diese Nachricht gelöscht"
    "|Anhang|Datei angehängt",
    "de, older": "<Medien weggelassen>||||angehängt|",
    "fr": "<Médias omis>|image absente|Ce message a été supprimé|Vous avez supprimé ce message|pièce jointe|fichier joint",
    "fr, older": "<Fichier omis>|||||",
    "es": "<Multimedia omitido>|imagen omitida|Se eliminó este mensaje.|Eliminaste este mensaje|adjunto|archivo adjunto",
    "es, older": "<Archivo omitido>||Este mensaje fue eliminado|||",
    "it": "<Media omessi>|immagine omessa|Questo messaggio è stato eliminato|Hai eliminato questo messaggio|allegato"
    "|file allegato",
    "pt-BR": "<Mídia oculta>|imagem ocultada|Mensagem apagada|Você apagou esta mensagem|anexado|arquivo anexado",
    "pt-BR, older": "<Mídia omitida>|||||",
    "pt-PT": "<Ficheiro não revelado>|imagem não revelada|Esta mensagem foi apagada|Apagou esta mensagem|anexo"
    "|ficheiro anexado",
    "nl": "<Media weggelaten>|afbeelding weggelaten|Dit bericht is verwijderd|U hebt dit bericht verwijderd|bijgevoegd"
    "|bestand bijgevoegd",
    "pl": "<pliki pominięto>|obraz pominięty|Ta wiadomość została usunięta|Usunąłeś(-ęłaś) tę wiadomość|załączono"
    "|załączony plik",
    "pl, newer": "<pominięto multimedia>|||||",
    "tr": "<Medya dahil edilmedi>|görüntü dahil edilmedi|Bu mesaj silindi|Bu mesajı sildiniz|eklendi|dosya ekli",
    "tr, older": "<Medya atlanmış>|||||",
    "ru": "<Без медиафайлов>|изображение отсутствует|Данное сообщение удалено|Вы удалили данное сообщение|прикреплено"
    "|файл добавлен",
    "ar": "<تم استبعاد الوسائط>|لم يتم إدراج الصورة|تم حذف هذه الرسالة|لقد حذَفت هذه الرسالة|المُرفق|الملف مرفق",
    "ur": "<میڈیا چھوڑ دیا گیا>|تصویر نکال دی گئی ہے|یہ میسج حذف کر دیا گیا ہے۔|آپ نے یہ میسج حذف کر دیا ہے۔|پیوستہ|پیوستہ فائل",
    "pa": "<ਮੀਡੀਆ ਛੱਡਿਆ ਗਿਆ>||ਇਸ ਸੁਨੇਹੇ ਨੂੰ ਹਟਾਇਆ ਗਿਆ|ਤੁਸੀਂ ਇਹ ਸੁਨੇਹਾ ਹਟਾਇਆ||ਅਟੈਚ ਕੀਤੀ ਫਾਇਲ",
    "bn": "<মিডিয়া বাদ দেওয়া হয়েছে>|ইমেজ বাদ দেওয়া হয়েছে|এই মেসেজটি বাদ দেওয়া হয়েছে।|আপনি এই মেসেজটি বাদ দিয়েছেন।||ফাইল সংযুক্ত হয়েছে",
    "gu": "<મીડિયા અવગણાયું>|છબી પડતી મૂકાઈ|આ મેસેજ ડિલીટ કરાયો|તમે આ મેસેજ ડિલીટ કર્યો|જોડાયેલ|ફાઇલ જોડાયેલ",
    "ga": "|íomhá ligthe ar lár|Scriosadh an teachtaireacht seo|Scrios tú an teachtaireacht seo|ceangailte|",
    "hi": "<मीडिया के बिना>|फ़ोटो हटाई गई|यह मैसेज डिलीट कर दिया गया है|आपने यह मैसेज डिलीट किया|अटैच किया गया|फाइल अटैच कर दी गई है",
    "zh": "<省略多媒体文件>|照片已忽略|这条消息已被删除。|您已删除这条消息。|附件|文件附件",
}
LANGUAGES = [(language, *row.split("|")) for language, row in WORDS.items()]


@pytest.mark.parametrize(("language", "left_out", "image", "deleted", "by_you", "angle", "round_"), LANGUAGES)
def test_the_words_of_each_language(
    language: str, left_out: str, image: str, deleted: str, by_you: str, angle: str, round_: str
) -> None:
    """Placeholders, files and deleted messages, on both phones; a sentence with the same words stays text."""
    if left_out:
        assert android(left_out) == ("media", left_out, False, None)
        assert android(f"{left_out}\nPlan.pdf") == ("media", f"{left_out}\nPlan.pdf", False, None)
        assert android(f"Is {left_out} mine?")[0] == "text"
    if image:
        assert iphone(f"{LRM}{image}") == ("media", image, False, None)
        assert iphone(f"Caption {LRM}{image}") == ("media", f"Caption {image}", False, None)
        assert iphone(image)[0] == "text"
        assert android(image)[0] == "text"
    for words in filter(None, (deleted, by_you)):
        assert android(words) == ("deleted", words, False, None)
        assert iphone(f"{LRM}{words}") == ("deleted", words, False, None)
        assert iphone(words)[0] == "text"
        assert android(f"{words} by me")[0] == "text"
    if angle:
        file = "00000012-PHOTO-2026-03-05-14-07-00.jpg"
        assert iphone(f"{LRM}<{angle}: {file}>") == ("media", f"<{angle}: {file}>", False, file)
        assert iphone(f"<{angle}: {file}>")[0] == "text"
    if round_:
        file = "IMG-20260514-WA0003.jpg"
        assert android(f"{file} ({round_})\nCaption") == ("media", f"{file} ({round_})\nCaption", False, file)
        assert android(f"{LRM}{file} ({round_})")[3] == file
        assert android(f"{file} ({round_}) or not")[0] == "text"


EDITED = [
    "This message was edited",
    "Diese Nachricht wurde bearbeitet",
    "Se editó este mensaje.",
    "Ce message a été modifié",
    "Questo messaggio è stato modificato",
    "Mensagem editada",
    "Esta mensagem foi editada",
    "Dit bericht is bewerkt",
    "Это сообщение изменено",
    "ההודעה נערכה",
]


@pytest.mark.parametrize("words", EDITED)
def test_an_edited_message(words: str) -> None:
    """The marker and the space before it are taken off; typed on an iPhone, without its mark, it is text."""
    assert android(f"Room 4.12 <{words}>") == ("text", "Room 4.12", True, None)
    assert android(f"Two\nlines <{words}>") == ("text", "Two\nlines", True, None)
    assert iphone(f"Room 4.12 {LRM}<{words}>") == ("text", "Room 4.12", True, None)
    assert iphone(f"Room 4.12 <{words}>") == ("text", f"Room 4.12 <{words}>", False, None)
    assert android(f"It says <{words}> here")[2] is False


def test_an_edited_caption_keeps_its_file() -> None:
    """On either phone."""
    assert android("a.jpg (file attached)\nCaption <This message was edited>") == (
        "media",
        "a.jpg (file attached)\nCaption",
        True,
        "a.jpg",
    )
    assert iphone(
        f"Caption {LRM}<attached: 00000001-PHOTO-2024-12-31-09-00-00.jpg> {LRM}<This message was edited>"
    ) == (
        "media",
        "Caption <attached: 00000001-PHOTO-2024-12-31-09-00-00.jpg>",
        True,
        "00000001-PHOTO-2024-12-31-09-00-00.jpg",
    )


ON_ANDROID = [
    ("<Video note omitted>", "media", None),
    ("<View once voice message omitted>", "media", None),
    ("<Media omitted>\nPlan week 38.pdf", "media", None),
    ("PTT-20260514-WA0004.opus (file attached)", "media", "PTT-20260514-WA0004.opus"),
    ("DOC-20260224-WA0006. (file attached)", "media", "DOC-20260224-WA0006."),
    ("4f26a1b2.jpg (Datei angehängt)", "media", "4f26a1b2.jpg"),
    ("Plan (v2) final.pdf (file attached)\nPlan (v2) final", "media", "Plan (v2) final.pdf"),
    ("Morgan Lee.vcf (file attached)", "contact", "Morgan Lee.vcf"),
    ("See my notes v1.2 (file attached)", "text", None),
    ("no ending (file attached)", "text", None),
    ("location: https://maps.google.com/?q=51.50,-0.12", "location", None),
    ("see location: https://maps.google.com/?q=51.50,-0.12", "text", None),
    ("location: https://maps.google.com/?q=51.50,-0.12 is it here", "text", None),
    ("live location shared", "location", None),
    ("live location shared, was it", "text", None),
    ("North Pier Office\n1 Pier Road, Blackpool\nhttps://foursquare.com/v/4c11bb22", "location", None),
    ("North Pier Office (Blackpool): https://foursquare.com/v/4c11bb22", "text", None),
    ("look https://foursquare.com/v/4c11bb22", "text", None),
    ("POLL:\nWhich day?\nOPTION: Mon (3 votes)\nOPTION: Tue (1 vote)\n", "poll", None),
    ("UMFRAGE:\nWelcher Tag?\nOPTION: Mo (3 Stimmen)\nOPTION: Di (0 Stimmen)\n", "poll", None),
    ("ENCUESTA:\n¿Qué día?\nOPCIÓN: lunes (1 voto)\nOPCIÓN: martes (0 votos)\n", "poll", None),
    ("POLL:\nshall we do lunch?", "text", None),
    ("POLL: shall we?", "text", None),
    ("Missed voice call", "call", None),
    ("Missed video call", "call", None),
    ("Missed group voice call", "call", None),
    ("Voice call", "text", None),
    ("Missed voice call from you", "text", None),
    ("null", "text", None),
    ("This message was deleted by admin Alex Black (MOJ).", "deleted", None),
    ("You deleted this message as admin", "deleted", None),
    ("image omitted", "text", None),
    ("<attached: 00000012-PHOTO-2026-03-05-14-07-00.jpg>", "text", None),
    ("Sam left: who has the keys?", "text", None),
    ("I added sugar", "text", None),
    ("Sam left", "text", None),
    ("Messages and calls are end-to-end encrypted.", "text", None),
]


@pytest.mark.parametrize(("body", "kind", "file"), ON_ANDROID, ids=[row[0][:40] for row in ON_ANDROID])
def test_kinds_on_android(body: str, kind: str, file: str | None) -> None:
    """Whole texts and first lines count; a word inside a sentence does not."""
    assert android(body) == (kind, body.rstrip("\n"), False, file)


ON_IPHONE = [
    (f"{LRM}video note omitted", "media", None),
    (f"{LRM}GIF omitted", "media", None),
    (f"{LRM}sticker omitted", "media", None),
    (f"Plan.pdf • {LRM}2 pages {LRM}document omitted", "media", None),
    (f"Notes.txt {LRM}document omitted", "media", None),
    (f"{LRM}Contact card omitted", "contact", None),
    (f"{LRM}<attached: 00000042-Tom Hill.vcf>", "contact", "00000042-Tom Hill.vcf"),
    (f"Plan.pdf • {LRM}2 pages {LRM}<attached: 00000047-Plan.pdf>", "media", "00000047-Plan.pdf"),
    (f"Two\nlines {LRM}<attached: 00000047-Plan.pdf>", "media", "00000047-Plan.pdf"),
    (f"2015-08-04-PHOTO-00004762.jpg <{LRM}attached>", "media", "2015-08-04-PHOTO-00004762.jpg"),
    (f"{LRM}<некое слово: 00000047-Plan.pdf>", "media", "00000047-Plan.pdf"),
    (f"{LRM}This message was deleted.", "deleted", None),
    (f"{LRM}{LRM}You deleted this message.", "deleted", None),
    (f"{LRM}This message was deleted by admin Alex Black (MOJ).", "deleted", None),
    (f"{LRM}This message was deleted by an admin.", "deleted", None),
    (f"{LRM}POLL:\n{LRM}Which?\n{LRM}OPTION: a (2 votes)\n{LRM}OPTION: b (0 votes)\n", "poll", None),
    (f"{LRM}Location: https://maps.google.com/?q=53.4794,-2.2453", "location", None),
    (f"{LRM}Standort: https://maps.google.com/?q=53.4794,-2.2453", "location", None),
    ("Location: https://maps.google.com/?q=53.4794,-2.2453", "text", None),
    ("North Pier Office (Blackpool): https://foursquare.com/v/4c11bb22", "location", None),
    ("Look at this: https://foursquare.com/v/4c11bb22", "text", None),
    (f"{LRM}Missed voice call, {LRM}Tap to call back", "call", None),
    (f"{LRM}Voice call, {LRM}4 min", "call", None),
    (f"{LRM}Voice call. {LRM}41 sec • {LRM}2 joined", "call", None),
    (f"{LRM}Voice call, {LRM}No answer", "call", None),
    (f"{LRM}Silenced voice call", "call", None),
    (f"{LRM}Missed group video call", "call", None),
    (f"{LRM}You received a view once message. For added privacy, you can only open it on your phone.", "media", None),
    (f"{LRM}Waiting for this message. This may take a while.", "text", None),
    ("Waiting for this message. This may take a while.", "text", None),
    ("<Media omitted>", "text", None),
    ("Missed voice call", "text", None),
    ("This message was deleted.", "text", None),
    ("IMG-20260514-WA0003.jpg (file attached)", "text", None),
    ("Sam left", "text", None),
    ("POLL:\nWhich?\nOPTION: a (2 votes)", "text", None),
    (f"{LRM}Al Hill changed the group name to “Courts: all”", "system", None),
    (f"{LRM}Some words of a phone that nobody has seen yet", "system", None),
    (f"{RLM}تم حذف هذه الرسالة", "deleted", None),
    (f"{RLM}لم يتم إدراج الصورة", "media", None),
    (f"{RLM}مرحبا", "text", None),
    (LRM, "text", None),
]


@pytest.mark.parametrize(("body", "kind", "file"), ON_IPHONE, ids=[row[0][:40] for row in ON_IPHONE])
def test_kinds_on_an_iphone(body: str, kind: str, file: str | None) -> None:
    """The phone's words stand behind a mark; the same words without it were typed."""
    assert iphone(body) == (kind, body.replace(LRM, "").replace(RLM, "").rstrip("\n"), False, file)


def test_an_iphones_text_that_lost_its_marks() -> None:
    """Then whole texts count, as on Android."""
    done = read(
        "[31/12/2024, 09:00:00] Al Hill: image omitted\n[31/12/2024, 09:00:01] Al Hill: no image omitted\n", IPHONE
    )
    assert done.kinds == ["media", "text"]


SYSTEM = [
    ("Messages and calls are end-to-end encrypted. Tap to learn more.", "encryption"),
    ("Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Tippe, um mehr zu erfahren.", "encryption"),
    ('Alex Black (MOJ) created group "Courts: north"', "created"),
    ("You created group “Courts”", "created"),
    ("Alex Black (MOJ) created this group", "created"),
    ("Alex Black (MOJ) added you", "added"),
    ("Alex Black (MOJ) added +44 7700 900456 and Sam Hill", "added"),
    ("Sam Hill was added", "added"),
    ("Alex Black (MOJ) removed Sam Hill", "removed"),
    ("You were removed", "removed"),
    ("+44 7700 900456 left", "left"),
    ("Sam Hill joined using this group's invite link", "joined-by-link"),
    ("Sam Hill joined using this group’s invite link", "joined-by-link"),
    ("Sam Hill joined via a group link", "joined-by-link"),
    ("Sam Hill joined from the community", "joined-by-link"),
    ('Alex changed the subject from "A: b" to "C"', "subject-changed"),
    ("Alex changed the group name to “B”", "subject-changed"),
    ("Alex changed this group's icon", "icon-changed"),
    ("Alex deleted this group's icon", "icon-changed"),
    ("Alex changed the group description", "description-changed"),
    ("A participant changed the group description. Tap to view.", "description-changed"),
    ("Alex changed this group's settings to allow only admins to edit this group's info", "settings-changed"),
    ("Alex turned on admin approval to join this group. Tap to change.", "settings-changed"),
    ("You're now an admin", "admin-changed"),
    ("Sam Hill is no longer an admin", "admin-changed"),
    ("Sam changed their phone number to a new number. Tap to message or add the new number.", "number-changed"),
    ("+44 7700 900123 changed to +44 7700 900456", "number-changed"),
    ("Your security code with Sam Hill changed. Tap to learn more.", "security-code"),
    ("Alex turned off disappearing messages.", "message-timer"),
    ("You updated the message timer. New messages will disappear from this chat after 24 hours.", "message-timer"),
    ("Alex pinned a message", "pinned"),
    ("You blocked this contact. Tap to unblock.", "blocked"),
    ("Alex turned on advanced chat privacy", "privacy"),
    ("This chat is with a business account. Tap to learn more.", "business"),
    ("Messages with Meta AI are public.\nLearn more", "assistant"),
    ("Lena Brandt hat die Gruppe „Fähre“ erstellt", "created"),
    ("Lena Brandt hat Sam Hill hinzugefügt.", "added"),
    ("Lena a quitté le groupe", "left"),
    ("Lena añadió a Sam Hill", "added"),
    ("Lena ha abbandonato il gruppo", "left"),
    ("Lena saiu", "left"),
    ("Lena heeft de groep verlaten", "left"),
    ("some words that no table has", "other"),
]


@pytest.mark.parametrize(("words", "event"), SYSTEM, ids=[row[0][:50] for row in SYSTEM])
def test_system_messages(words: str, event: str) -> None:
    """Without a sender on Android, behind a mark on an iPhone, each with what it says has happened."""
    done = read(f"31/12/2024, 09:00 - {words}\n31/12/2024, 09:00 - Al Hill: plain\n")
    one = done.sightings[0]
    assert (one.kind, one.sender, one.text, one.event) == ("system", None, words, event)
    for name in ("Courts", "Alex"):
        done = read(f"{NOTICE}[31/12/2024, 09:00:00] {name}: {LRM}{words}\r\n", IPHONE)
        one = done.sightings[1]
        assert (one.kind, one.sender, one.text, one.event) == ("system", None, words, event)
    assert done.words == set()


def test_a_call_without_a_sender() -> None:
    """Android writes some without a name."""
    done = read("31/12/2024, 09:00 - Missed voice call\n31/12/2024, 09:01 - Al: a\n")
    assert (done.kinds[0], done.sightings[0].sender) == ("call", None)
    assert done.words == set()


def test_a_pastes_words_are_a_persons() -> None:
    """The clipboard holds no placeholders, but the words of a deleted message."""
    done = read("[10:33, 21/11/2026] Bo: image omitted\n[10:34, 21/11/2026] Bo: This message was deleted\n", PASTE)
    assert done.kinds == ["text", "deleted"]


def test_missing_files() -> None:
    """A file that a message names and that did not come is reported; one that came is not."""
    text = "31/12/2024, 09:00 - Al: IMG-20241231-WA0001.jpg (file attached)\n"
    assert read(text, ANDROID).words == {"missing-attachment"}
    assert read(text, ANDROID, files=("IMG-20241231-WA0001.jpg",)).words == set()


def test_what_needs_no_look_is_text() -> None:
    """The quick sieve leaves out only what a look would call plain text."""
    from archiver.reading.dialects.classify import not_plain, tell

    bodies = [row[0] for row in (*ON_ANDROID, *ON_IPHONE)] + [f"x <{w}>" for w in EDITED]
    bodies += [word for row in LANGUAGES for word in row[1:]] + ["plain", "two words", "a: b", "Ünïcode"]
    left_out = set(range(len(bodies))) - set(not_plain(bodies, [body.count("\n") + 1 for body in bodies]))
    for place in left_out:
        for style in ("android", "iphone", "unmarked", "web"):
            assert tell(bodies[place], style) == ("text", bodies[place], False, None, None)
