"""The words that phones write, by language: adding a language or a wording is adding a row.

Only whole lines or whole markers are matched, never a word inside a sentence, for people write the same words.

Source: fixtures/text (English, German); published tables of WhatsApp's own strings for the rest, checked against
public exports where there were any.
"""

from __future__ import annotations

import re

EDITED = (
    "This message was edited",
    "Diese Nachricht wurde bearbeitet",
    "Se editó este mensaje.",
    "Se editó este mensaje",
    "Ce message a été modifié",
    "Questo messaggio è stato modificato",
    "Mensagem editada",
    "Esta mensagem foi editada",
    "Dit bericht is bewerkt",
    "Ta wiadomość została edytowana",
    "Bu mesaj düzenlendi",
    "Это сообщение изменено",
    "Данное сообщение изменено",
    "تم تعديل هذه الرسالة",
    "תוכן ההודעה נערך",
    "ההודעה נערכה",
    "यह मैसेज एडिट किया गया",
    "此訊息已編輯",
    "此消息已编辑",
    "消息已编辑",
    "یہ میسج ایڈٹ کیا گیا",
    "এই মেসেজটি এডিট করা হয়েছে",
    "આ મેસેજમાં ફેરફાર કર્યો",
    "ਇਸ ਸੁਨੇਹੇ ਨੂੰ ਸੋਧਿਆ ਗਿਆ",
    "Wiadomość edytowana",
    "Bu mesaj düzenlendi.",
    "Meddelandet har redigerats",
    "Denne besked blev redigeret",
    "Cuireadh an teachtaireacht seo in eagar",
)
"""Between ``<`` and ``>`` at the end of a message."""

LEFT_OUT_ANDROID = (
    "Media omitted",
    "Video note omitted",
    "View once voice message omitted",
    "Medien ausgeschlossen",
    "Medien weggelassen",
    "Médias omis",
    "Média omis",
    "Fichier omis",
    "Multimedia omitido",
    "Archivo omitido",
    "Media omessi",
    "Media omesso",
    "Mídia oculta",
    "Mídia omitida",
    "Arquivo de mídia oculto",
    "Ficheiro não revelado",
    "Media weggelaten",
    "pliki pominięto",
    "pominięto multimedia",
    "Medya dahil edilmedi",
    "Medya atlanmış",
    "Без медиафайлов",
    "Média vynechána",
    "Mediafil utelatt",
    "Media har utelämnats",
    "Medier udeladt",
    "Mediatiedosto jätetty pois",
    "تم استبعاد الوسائط",
    "میڈیا چھوڑ دیا گیا",
    "मीडिया के बिना",
    "मीडिया छोड़ा गया",
    "ਮੀਡੀਆ ਛੱਡਿਆ ਗਿਆ",
    "মিডিয়া বাদ দেওয়া হয়েছে",
    "મીડિયા અવગણાયું",
    "省略多媒體檔案",
    "媒体文件已省略",
    "省略媒体文件",
    "المحتوى المستبعد",
    "מדיה לא נכללה",
    "미디어를 제외함",
    "メディアなし",
    "Файл пропущен",
    "Medien fehlen",
    "Média manquante",
    "Archivos omitidos",
    "Media mancante",
    "Media jätetty pois",
    "Mediefil udeladt",
    "Uten vedlegg",
    "Médiá vynechané",
    "Média vynechány",
    "Media tidak disertakan",
    "Медіа пропущено",
    "מדיה הושמטה",
    "忽略多媒體檔",
    "省略多媒体文件",
    "メディアは含まれていません",
    "मीडिया वगळले",
    "Εξαίρεση πολυμέσων",
    "Bỏ qua Media",
    "Hiányzó médiafájl",
    "View once photo omitted",
    "View once video omitted",
    "View once message omitted",
    "Nota de vídeo omitida",
    "Videonachricht weggelassen",
)
"""Between ``<`` and ``>``, alone on the first line; a caption or a document's name may follow on the next."""

LEFT_OUT_IPHONE = (
    "image omitted|video omitted|audio omitted|GIF omitted|sticker omitted|document omitted|video note omitted",
    "Bild weggelassen|Video weggelassen|Audio weggelassen|GIF weggelassen|Sticker weggelassen|Dokument weggelassen"
    "|Videonachricht weggelassen",
    "image absente|vidéo absente|audio omis|GIF retiré|sticker omis|document manquant|note vidéo omise",
    "imagen omitida|Video omitido|video omitido|audio omitido|GIF omitido|sticker omitido|documento omitido",
    "immagine omessa|video omesso|audio omesso|GIF esclusa|sticker non incluso|documento omesso",
    "imagem ocultada|vídeo omitido|áudio ocultado|GIF omitido|figurinha omitida|documento omitido"
    "|imagem não revelada|vídeo não revelado|áudio não revelado|GIF não revelado|autocolante não revelado"
    "|documento não revelado",
    "afbeelding weggelaten|video weggelaten|audio weggelaten|GIF weggelaten|sticker weggelaten|document weggelaten",
    "obraz pominięty|wideo pominięte|audio pominięte|GIF pominięty|naklejka pominięta|dokument pominięty"
    "|pominięto obraz|pominięto wideo|pominięto audio|pominięto naklejkę|pominięto dokument",
    "görüntü dahil edilmedi|video dahil edilmedi|ses dahil edilmedi|GIF dahil edilmedi|Çıkartma dahil edilmedi"
    "|belge dahil edilmedi",
    "изображение отсутствует|видео отсутствует|аудиофайл отсутствует|GIF отсутствует|стикер отсутствует"
    "|документ отсутствует",
    "لم يتم إدراج الصورة|لم يتم إدراج الفيديو|لم يتم إدراج الصوت|لم يتم إدراج الملصق|لم يتم إدراج المستند"
    "|تم استبعاد الصورة|تم استبعاد الفيديو|تم استبعاد الصوت|تم استبعاد الملصق|تم استبعاد المستند|صورة مستبعدة",
    "تصویر نکال دی گئی ہے|ویڈیو نکال دی گئی ہے|آڈیو نکال دی گئی ہے",
    "ইমেজ বাদ দেওয়া হয়েছে|ভিডিও বাদ দেওয়া হয়েছে|অডিও বাদ দেওয়া হয়েছে",
    "છબી પડતી મૂકાઈ|વિડિઓ પડતી મૂકાઈ|ઓડિઓ પડતી મૂકાઈ",
    "íomhá ligthe ar lár|físeán ligthe ar lár|fuaim ligthe ar lár",
    "चित्र छोड़ा गया|वीडियो छोड़ा गया|ऑडियो छोड़ा गया|स्टिकर छोड़ा गया|दस्तावेज़ छोड़ा गया",
    "忽略图片|忽略视频|忽略音频|忽略文档|忽略表情|忽略动图|图像已忽略|视频已忽略|音频已忽略|文档已忽略",
    "圖片已略過|影片已略過|音訊已略過|貼圖已略過|文件已略過",
    "photo omitted|voice message omitted|view once photo omitted|view once video omitted|album omitted",
    "stiker weggelassen|Videonotiz weggelassen|Ansage weggelassen|Album weggelassen",
    "note vidéo absente|sticker absent|audio absent|GIF absent|document absent",
    "nota de vídeo omitida|documento omitido|GIF omitido|video omitida",
    "GIF não revelada|sticker não revelado|ficheiro de áudio não revelado|nota de vídeo não revelada|mensagem de vídeo ocultada",
    "videonotitie weggelaten|videobericht weggelaten|Plik GIF pominięty|стикер не добавлен|видеосообщение отсутствует",
    "لم يتم إدراج الفيديوهات|لم يتم إدراج المقاطع الصوتية|تم حذف الملصقات|لم يتم إدراج صورة GIF",
    "ویڈیو نظرانداز|آڈیو نظرانداز|اسٹیکر نظرانداز|GIF  نظرانداز|GIF نظرانداز|دستاویز نظرانداز",
    "স্টিকার বাদ দেওয়া হয়েছে|জিআইএফ বাদ দেওয়া হয়েছে|ডকুমেন্ট বাদ দেওয়া হয়েছে",
    "વિડિયો પડતી મુકાઈ|ઓડિયો ફાઇલ શામેલ કરી નથી|સ્ટીકર પડતું મુકાયું|GIF પડતી મૂકાઈ|ડોક્યુમેન્ટ સામેલ કર્યું નહિ",
    "फ़ोटो हटाई गई|ऑडियो हटाई गयी|GIF छोड़ा गया|डॉक्यूमेंट छोड़ा गया",
    "comhad fuaime ar lár|fágadh an greamán ar lár|GIF ligthe ar lár|cáipéis ligthe ar lár",
    "照片已忽略|贴图已省略|GIF 动态图已被忽略|文件已忽略|圖片已略去|圖像已省略|影片已略去|影片已省略|音訊已略去|音訊已省略|貼圖已略去"
    "|貼圖已忽略|GIF 已略去|GIF 圖片已被省略|文件已略去",
    "画像は含まれていません|ビデオは含まれていません|音声は含まれていません|スタンプは含まれていません|GIFは含まれていません|ドキュメントは含まれていません",
    "이미지 생략됨|비디오 생략됨|오디오 생략됨|스티커 제외됨|GIF 생략됨|문서 생략됨",
    "התמונה הושמטה|סרטון הווידאו הושמט|קטע קול הושמט|סטיקר הושמט|GIF הושמט|מסמך הושמט",
    "bild utesluten|video utesluten|ljud utelslutet|sticker utesluten|GIF utesluten|dokument uteslutet",
    "billede udeladt|video udeladt|lyd udeladt|klistermærke udeladt|GIF udeladt|dokument udeladt",
    "bilde ikke inkludert|video utelatt|lyd utelatt|klistremerke utelatt|GIF utelatt|utelatt dokument",
    "ei kuvaa|videota ei sisällytetä|äänitiedostoa ei sisällytetä|tarraa ei sisällytetty|dokumenttia ei sisällytetä",
    "obrázek vynechán|video vynecháno|zvukový soubor vynechán|nálepka vynechána|GIF vynechán|dokument vynechán",
    "зображення відсутнє|відео відсутнє|аудіо відсутнє|Наклейку не додано|документ пропущено",
    "εικόνα παραλείφθηκε|βίντεο παραλείφθηκε|ήχος παραλείφθηκε|έγγραφο παραλείφθηκε",
    "Imagine omisă|clip video omis|fără audio|GIF omis|document omis|sticker omis",
    "gambar tidak disertakan|video tidak disertakan|audio tidak disertakan|stiker tidak disertakan|dokumen tidak disertakan",
    "đã bỏ qua hình ảnh|đã bỏ video|bỏ qua tệp âm thanh|đã bỏ sticker|đã bỏ qua tài liệu",
)
"""At the end of a message, on an iPhone behind a mark."""

CONTACT_LEFT_OUT = (
    "Contact card omitted",
    "Kontaktkarte ausgelassen",
    "Fiche contact omise",
    "Tarjeta de contacto omitida",
    "Scheda contatto omessa",
    "Cartão do contacto omitido",
    "Cartão de contato omitido",
    "Contactkaart weggelaten",
    "Карточка контакта отсутствует",
    "Fiche contact manquante",
    "Contacto não revelado",
    "Cartão do contato omitido",
    "Visitekaartje weggelaten",
    "Pominięta wizytówka kontaktu",
    "Kişi kartı dahil edilmedi",
    "لم يتم إدراج بطاقة جهة اتصال",
    "رابطہ کارڈ نظر انداز",
    "পরিচিতির কার্ড বাদ দেওয়া হয়েছে",
    "સંપર્કનું કાર્ડ પડતું મૂકાયું",
    "कॉन्टैक्ट कार्ड छोड़ा गया",
    "Cárta teagmhála ar lár",
    "联系人卡片已忽略",
    "聯絡人卡片已省略",
    "聯絡人卡片已略去",
    "連絡先カードを省略",
    "연락처 카드 생략됨",
    "כרטיס איש קשר הושמט",
    "Kontaktkort uteslutet",
    "Kontaktkort udeladt",
    "Vizitka vynechána",
)

ATTACHED_ANDROID = (
    "file attached|Datei angehängt|fichier joint|archivo adjunto|file allegato|arquivo anexado|ficheiro anexado"
    "|bestand bijgevoegd|załączony plik|plik dołączony|dosya ekli|файл добавлен|الملف مرفق|ملف مرفق|پیوستہ فائل"
    "|ਅਟੈਚ ਕੀਤੀ ਫਾਇਲ|ফাইল সংযুক্ত হয়েছে|ફાઇલ જોડાયેલ|फ़ाइल संलग्न है|फ़ाइल संलग्न|फाइल अटैच कर दी गई है|文件附件|附件檔案|檔案附件|附件|添付ファイル有り|파일 첨부됨|קובץ מצורף"
    "|soubor byl přiložen|fil vedhæftet|bifogad fil|vedlagt fil|liitetiedosto|file terlampir|archivo adjuntado|tệp đính kèm"
    "|συνημμένο αρχείο|fișier atașat|fájl csatolva|файл додано|súbor pripojený"
)
"""In brackets after the file's name, at the end of the first line."""

ATTACHED_IPHONE = (
    "attached|Anhang|angehängt|pièce jointe|adjunto|allegato|anexado|anexo|bijgevoegd|załączono|eklendi|dosya eklendi"
    "|прикреплено|المُرفق|مرفق|پیوستہ|જોડાયેલ|संलग्न|अटैच किया गया|ceangailte|附件|添付|添付ファイル|첨부됨|מצורף|bifogat"
    "|vedhæftet|vedlagt|liite|příloha|príloha|csatolva|terlampir|đính kèm|επισυνάφθηκε|додано|atașare|priloženo|แนบ|پیوست"
)
"""``<attached: NAME>`` at the end of a message; before 2018 ``NAME <attached>``."""

DELETED = (
    "This message was deleted",
    "You deleted this message",
    "You deleted this message as admin",
    "This message was deleted by an admin",
    "Diese Nachricht wurde gelöscht",
    "Du hast diese Nachricht gelöscht",
    "Ce message a été supprimé",
    "Vous avez supprimé ce message",
    "Se eliminó este mensaje",
    "Este mensaje fue eliminado",
    "Eliminaste este mensaje",
    "Questo messaggio è stato eliminato",
    "Hai eliminato questo messaggio",
    "Mensagem apagada",
    "Você apagou esta mensagem",
    "Esta mensagem foi apagada",
    "Apagou esta mensagem",
    "Dit bericht is verwijderd",
    "Dit bericht werd verwijderd",
    "U hebt dit bericht verwijderd",
    "Je hebt dit bericht verwijderd",
    "Ta wiadomość została usunięta",
    "Usunąłeś(-ęłaś) tę wiadomość",
    "Usunięto tę wiadomość",
    "Bu mesaj silindi",
    "Bu mesajı sildiniz",
    "Данное сообщение удалено",
    "Вы удалили данное сообщение",
    "تم حذف هذه الرسالة",
    "لقد حذَفت هذه الرسالة",
    "لقد حذفت هذه الرسالة",
    "حذفتَ هذه الرسالة",
    "یہ میسج حذف کر دیا گیا ہے۔",
    "آپ نے یہ میسج حذف کر دیا ہے۔",
    "ਇਸ ਸੁਨੇਹੇ ਨੂੰ ਹਟਾਇਆ ਗਿਆ",
    "ਤੁਸੀਂ ਇਹ ਸੁਨੇਹਾ ਹਟਾਇਆ",
    "এই মেসেজটি বাদ দেওয়া হয়েছে।",
    "আপনি এই মেসেজটি বাদ দিয়েছেন।",
    "આ મેસેજ ડિલીટ કરાયો",
    "તમે આ મેસેજ ડિલીટ કર્યો",
    "Scriosadh an teachtaireacht seo",
    "Scrios tú an teachtaireacht seo",
    "यह मैसेज हटा दिया गया",
    "यह मैसेज मिटाया गया है",
    "आपने यह मैसेज हटा दिया",
    "आपने इस मैसेज को मिटा दिया",
    "此訊息已刪除",
    "您已刪除此訊息",
    "此消息已删除",
    "您已删除此消息",
    "你已删除这条消息",
    "消息已删除",
    "यह मैसेज डिलीट कर दिया गया है",
    "आपने यह मैसेज डिलीट किया",
    "यह संदेश मिटाया गया",
    "आपने यह संदेश मिटाया",
    "这条消息已被删除",
    "您已删除这条消息",
    "信息已删除",
    "您刪除了此訊息",
    "Вы удалили это сообщение",
    "Esta mensagem foi apagada pelo remetente",
    "Mensagem apagada pelo remetente",
    "Usunąłeś(aś) tę wiadomość",
    "أنت حذفت هذه الرسالة",
    "یہ پیغام حذف کیا گیا",
    "آپ نے اس پیغام کو حذف کیا",
    "এই বার্তাটি মুছে ফেলা হয়েছে",
    "আপনি এই বার্তাটি মুছে ফেলেছেন",
    "આ સંદેશ રદ્દ કરાયો",
    "તમે આ સંદેશને રદ્દ કર્યો",
    "Aquest missatge s'ha suprimit",
    "Tato zpráva byla smazána",
    "Táto správa bola odstránená",
    "Det här meddelandet raderades",
    "Denne meldingen ble slettet",
    "Denne besked er blevet slettet",
    "Tämä viesti poistettiin",
    "Acest mesaj a fost șters",
    "Αυτό το μήνυμα διαγράφηκε",
    "Це повідомлення було видалено",
    "このメッセージは削除されました",
    "이 메시지는 삭제되었습니다",
    "Pesan ini dihapus",
    "Tin nhắn này đã bị xóa",
    "הודעה זו נמחקה",
    "U heeft dit bericht verwijderd",
    "Du har tagit bort meddelandet",
    "Poistit tämän viestin",
)
"""The whole message, with or without a full stop."""

DELETED_BY = re.compile(
    r"(?:This message was deleted by admin [^\n]+|Diese Nachricht wurde von Admin [^\n]+ gelöscht"
    r"|Ce message a été supprimé par l[’']admin [^\n]+|El admin\.? [^\n]+ eliminó este mensaje"
    r"|Questo messaggio è stato eliminato dall[’']amministratore [^\n]+|Dit bericht is verwijderd door beheerder [^\n]+"
    r"|Mensagem apagada pelo admin [^\n]+|Esta mensagem foi apagada pelo admin [^\n]+)\.?"
)
DELETED_STARTS = (
    "This message was",
    "Diese Nachricht",
    "Ce message",
    "El admin",
    "Questo",
    "Dit bericht",
    "Mensagem",
    "Esta",
)
"""How what ``DELETED_BY`` matches begins: quicker to look for."""

MISSED_CALLS = (
    "Missed voice call|Missed video call|Missed group voice call|Missed group video call|Missed group call|Missed call"
    "|Silenced voice call|Silenced video call"
    "|Verpasster Sprachanruf|Verpasster Videoanruf|Verpasster Gruppenanruf|Verpasster Gruppen-Sprachanruf"
    "|Verpasster Gruppen-Videoanruf"
    "|Appel vocal manqué|Appel vidéo manqué|Appel vocal de groupe manqué|Appel vidéo de groupe manqué"
    "|Llamada perdida|Videollamada perdida|Llamada de voz perdida"
    "|Chiamata persa|Videochiamata persa|Chiamata vocale persa"
    "|Chamada de voz perdida|Chamada de vídeo perdida|Videochamada perdida|Ligação de voz perdida|Ligação de vídeo perdida"
    "|Gemiste spraakoproep|Gemiste video-oproep|Gemiste oproep|Gemist spraakgesprek|Gemist videogesprek"
    "|Nieodebrane połączenie głosowe|Nieodebrane połączenie wideo|Nieodebrane połączenie|Nieodebrane poł. głosowe"
    "|Nieodebrane poł. wideo|Cevapsız sesli arama|Cevapsız görüntülü arama"
    "|Пропущенный аудиозвонок|Пропущенный видеозвонок|مكالمة صوتية فائتة|مكالمة فيديو فائتة|مسڈ وائس کال|مسڈ ویڈیو کال"
    "|मिस्ड वॉइस कॉल|मिस्ड वीडियो कॉल|वॉइस कॉल मिस हुई|ਮਿਸ ਹੋਈ ਆਵਾਜ਼ ਕਾਲ|ਮਿਸ ਹੋਈ ਵੀਡੀਓ ਕਾਲ|ভয়েস কল মিস করেছেন|ভিডিও কল মিস করেছেন"
    "|મિસ થયેલો વૉઇસ કૉલ|છૂટી ગયેલો વોઇસ કૉલ|છૂટેલો વોઇસ કૉલ|છૂટી ગયેલ વિડિયો કૉલ|未接語音通話|未接視訊通話|未接視像通話|未接语音通话|未接视频通话"
    "|Guthghlao caillte|Físghlao caillte|不在着信|音声通話不在着信|ビデオ通話不在着信|부재중 전화|부재중 영상통화"
    "|Missat röstsamtal|Missat videosamtal|Ubesvaret taleopkald|Ubesvaret videoopkald|Tapt taleanrop|Tapt videoanrop"
    "|Vastaamaton äänipuhelu|Vastaamaton videopuhelu|Zmeškaný hlasový hovor|Zmeškaný videohovor|Zmeškaný hovor"
)
"""The whole message, on any phone."""
CALLS = (
    "Voice call|Video call|Group voice call|Group video call|Group call|No answer|Call"
    "|Sprachanruf|Videoanruf|Appel vocal|Appel vidéo|Llamada de voz|Videollamada|Chiamata vocale|Videochiamata"
    "|Chamada de voz|Chamada de vídeo|Ligação de voz|Ligação de vídeo|Spraakoproep|Video-oproep"
    "|Połączenie głosowe|Połączenie wideo|Sesli arama|Görüntülü arama|Аудиозвонок|Видеозвонок"
    "|مكالمة صوتية|مكالمة فيديو|वॉइस कॉल|वीडियो कॉल|語音通話|視訊通話|语音通话|视频通话"
)
"""At the start of a message, only on an iPhone behind a mark: people write these words too."""
CALL_DETAIL = r"(?:[.,،:•] ?[^\n]*)?"
"""What an iPhone adds to a call: ``, Tap to call back``, ``, 4 min``, ``. 41 sec • 2 joined``, ``, No answer``."""

LOCATION = (
    "location|Location|Standort|localisation|Localisation|ubicación|Ubicación|posizione|Posizione|localização"
    "|Localização|locatie|Locatie|lokalizacja|Lokalizacja|konum|Konum|местоположение|Местоположение|الموقع|स्थान"
    "|位置|locație|τοποθεσία|poloha|placering|plats|posisjon|sijainti|місцезнаходження|מיקום|lokasi|vị trí|위치|مقام"
    "|অবস্থান|સ્થળ|ਟਿਕਾਣਾ|suíomh"
)
LIVE_LOCATION = (
    "live location shared|Live-Standort wird geteilt|localisation en direct partagée|ubicación en tiempo real compartida"
    "|posizione attuale condivisa|localização em tempo real compartilhada|localização atual compartilhada"
    "|Está a partilhar a sua localização|live locatie gedeeld|udostępniona transmisja położenia|Mevcut konum paylaşıldı"
    "|Геоданные отправлены|تمت مشاركة الموقع المباشر|جاری مقام کا اشتراک ہوا|लाइव स्थान साझा किया गया|ਮੌਜੂਦਾ ਟਿਕਾਣਾ ਸਾਂਝਾ ਕੀਤਾ"
    "|লাইভ অবস্থান শেয়ার করা হয়েছে|જીવંત સ્થાન શેર કરાયું|實時位置已分享|共享实时位置|live location ended"
)

POLLS = (
    "POLL|UMFRAGE|SONDAGE|ENCUESTA|SONDAGGIO|ENQUETE|SONDAGEM|PEILING|ANKIETA|ANKET|ОПРОС|استطلاع|استطلاع رأي|پول|पोल"
    "|ਪੋਲ|পোল|પોલ|投票|投票调查|アンケート|설문|OMRÖSTNING|AFSTEMNING|ANKETA|POBALBHREITH"
)
"""In capitals with a colon, alone on the first line; the question and the options follow."""

VIEW_ONCE = (
    "You received a view once message",
    "You sent a view once message",
    "You received a view once photo",
    "You received a view once video",
    "View once photo|View once video",
)

EVENTS = ("EVENT:", "VERANSTALTUNG:", "ÉVÉNEMENT:", "EVENTO:")
"""How an iPhone begins what stands for an event."""

NOT_ARRIVED = ("Waiting for this message. This may take a while.", "Waiting for this message")

ENCRYPTION = re.compile(
    r"(?:"
    r"Messages (?:and calls|to this (?:chat|group)(?: and calls)?|you send to this (?:chat|group)(?: and calls)?|in this chat)"
    r" are (?:now )?(?:secured with )?end-to-end encrypt|Messages and calls are private\b"
    r"|Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt"
    r"|Nachrichten (?:in diesem Chat|an diese Gruppe|an diesen Chat|, die du)"
    r"|Deine Nachrichten und Anrufe werden automatisch mit Ende-zu-Ende"
    r"|Les messages et (?:les )?appels sont chiffrés de bout en bout|Vos messages et vos appels sont protégés avec le chiffrement"
    r"|Los mensajes y las llamadas están cifrados de extremo a extremo|Tus mensajes y llamadas ahora están protegidos con cifrado"
    r"|I messaggi e le chiamate sono crittografati end-to-end|I tuoi messaggi e le tue chiamate sono protetti con la crittografia"
    r"|As mensagens e (?:as )?(?:ligações|chamadas) são (?:protegidas com a criptografia|encriptadas) (?:de )?ponta a ponta"
    r"|As mensagens e (?:as )?chamadas são encriptadas ponto a ponto"
    r"|Berichten en (?:oproepen|gesprekken) (?:zijn|worden) (?:end-to-end )?(?:versleuteld|beveiligd)"
    r"|Wiadomości i połączenia są (?:w pełni |całkowicie |end-to-end )?(?:szyfrowane|zaszyfrowane)"
    r"|Mesajlar ve aramalar uçtan uca şifrelidir|Сообщения и звонки защищены сквозным шифрованием"
    r"|الرسائل والمكالمات مشفرة تمامًا بين الطرفين"
    r"|میسجز اور کالز اینڈ ٹو اینڈ|मैसेज(?:ेस)? और कॉल(?:्स)? एंड-टू-एंड एन्क्रिप्टेड|ਸੁਨੇਹੇ ਅਤੇ ਕਾਲਾਂ ਸਿਰੇ"
    r"|মেসেজ এবং কল এন্ড-টু-এন্ড|મેસેજ અને કૉલ શરૂથી અંત સુધી|Déantar criptiúchán ó cheann go ceann"
    r"|訊息和通話(?:均|經|都)?(?:已|會)?(?:進行)?端對端加密|訊息已受端對端加密|消息和通话(?:都)?(?:已)?(?:进行)?端到端加密"
    r"|メッセージと通話はエンドツーエンド暗号化|메시지 및 (?:전화|통화)는 종단간 암호화"
    r"|Meddelanden och samtal är (?:komplett|totalsträcks)krypterade|Meddelanden och samtal är komplett krypterade"
    r"|Beskeder og opkald er end-to-end|Meldinger og samtaler er ende-til-ende|Viestit ja puhelut (?:salataan|ovat täysin)"
    r"|Zprávy a hovory jsou (?:opatřeny|zabezpečeny) koncovým|Správy a hovory sú zabezpečené šifrovaním"
    r"|Повідомлення й дзвінки захищено наскрізним|Τα μηνύματα και οι κλήσεις κρυπτογραφούνται"
    r"|Mesajele și apelurile sunt criptate integral|Az üzenetek és hívások végpontok közötti"
    r"|Pesan dan panggilan (?:ter)?enkripsi|Mesej dan panggilan disulitkan|Tin nhắn và cuộc gọi được mã hóa đầu cuối"
    r"|ההודעות והשיחות מוצפנות מקצה|پیام\N{ZERO WIDTH NON-JOINER}?ها و تماس\N{ZERO WIDTH NON-JOINER}?ها سرتاسر رمزگذاری"
    r"|Els missatges i les trucades estan xifrats|Poruke i pozivi zaštićeni su potpunom)"
)
"""The notice that opens a chat. On an iPhone the name before its colon is the chat's."""

CHAT_FILE = (
    "WhatsApp Chat with *",
    "WhatsApp Chat - *",
    "WhatsApp Chat: *",
    "WhatsApp Chat mit *",
    "WhatsApp-Chat mit *",
    "WhatsApp Chat met *",
    "WhatsApp-chat met *",
    "Chat de WhatsApp con *",
    "Chat de WhatsApp - *",
    "Xat de WhatsApp amb *",
    "Conversa do WhatsApp com *",
    "Conversa de WhatsApp com *",
    "Conversa no WhatsApp com *",
    "Conversa do WhatsApp - *",
    "Conversa WhatsApp com *",
    "Discussion WhatsApp avec *",
    "Discussion WhatsApp - *",
    "Chat WhatsApp con *",
    "Chat WhatsApp - *",
    "Czat WhatsApp z *",
    "Rozmowa na WhatsAppie z *",
    "Чат WhatsApp с контактом *",
    "Чат WhatsApp с *",
    "Чат WhatsApp з *",
    "Chat WhatsApp s uživatelem *",
    "WhatsApp chat s *",
    "* ile WhatsApp Sohbeti",
    "WhatsApp Sohbeti - *",
    "* - WhatsApp Sohbeti",
    "与*的 WhatsApp 聊天",
    "与*的WhatsApp聊天",
    "與*的 WhatsApp 對話",
    "與*的WhatsApp對話",
    "WhatsApp 聊天 - *",
    "WhatsApp 对话 - *",
    "*とのWhatsAppチャット",
    "*님과의 WhatsApp 대화",
    "* के साथ WhatsApp चैट",
    "* کے ساتھ WhatsApp چیٹ",
    "محادثة واتساب مع *",
    "دردشة واتساب مع *",
    "دردشة WhatsApp مع *",
    "צ'אט WhatsApp עם *",
    "WhatsApp-chatt med *",
    "WhatsApp-chat med *",
    "WhatsApp-samtale med *",
    "WhatsApp-keskustelu: *",
    "WhatsApp-keskustelu - *",
    "Συνομιλία WhatsApp με *",
    "Chat WhatsApp cu *",
    "WhatsApp csevegés vele: *",
    "Chat WhatsApp dengan *",
    "Comhrá WhatsApp le *",
)
"""How phones name the exported file and the email's subject; the star is the chat's name."""
