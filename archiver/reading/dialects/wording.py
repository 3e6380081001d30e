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
)

ATTACHED_ANDROID = (
    "file attached|Datei angehängt|fichier joint|archivo adjunto|file allegato|arquivo anexado|ficheiro anexado"
    "|bestand bijgevoegd|załączony plik|plik dołączony|dosya ekli|файл добавлен|الملف مرفق|ملف مرفق|پیوستہ فائل"
    "|ਅਟੈਚ ਕੀਤੀ ਫਾਇਲ|ফাইল সংযুক্ত হয়েছে|ફાઇલ જોડાયેલ|फ़ाइल संलग्न है|फ़ाइल संलग्न|文件附件|檔案附件|附件"
)
"""In brackets after the file's name, at the end of the first line."""

ATTACHED_IPHONE = (
    "attached|Anhang|angehängt|pièce jointe|adjunto|allegato|anexado|anexo|bijgevoegd|załączono|eklendi|dosya eklendi"
    "|прикреплено|المُرفق|مرفق|پیوستہ|જોડાયેલ|संलग्न|ceangailte|附件|添付"
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
)
"""The whole message, with or without a full stop."""

DELETED_BY = re.compile(
    r"(?:This message was deleted by admin .+|Diese Nachricht wurde von Admin .+ gelöscht|"
    r"Ce message a été supprimé par l[’']admin .+|El admin\.? .+ eliminó este mensaje|"
    r"Mensagem apagada pelo admin .+)\.?"
)

CALLS = (
    "Missed voice call|Missed video call|Missed group voice call|Missed group video call|Missed call"
    "|Silenced voice call|Silenced video call|Voice call|Video call|Group voice call|Group video call"
    "|Verpasster Sprachanruf|Verpasster Videoanruf|Verpasster Gruppenanruf|Sprachanruf|Videoanruf"
    "|Appel vocal manqué|Appel vidéo manqué|Appel vocal|Appel vidéo"
    "|Llamada perdida|Videollamada perdida|Llamada de voz perdida|Llamada de voz|Videollamada"
    "|Chiamata persa|Videochiamata persa|Chiamata vocale persa|Chiamata vocale|Videochiamata"
    "|Chamada de voz perdida|Chamada de vídeo perdida|Ligação de voz perdida|Ligação de vídeo perdida|Chamada de voz"
    "|Chamada de vídeo|Ligação de voz|Ligação de vídeo"
    "|Gemiste spraakoproep|Gemiste video-oproep|Gemiste oproep|Spraakoproep|Video-oproep"
    "|Nieodebrane połączenie głosowe|Nieodebrane połączenie wideo|Cevapsız sesli arama|Cevapsız görüntülü arama"
    "|Пропущенный аудиозвонок|Пропущенный видеозвонок|مكالمة صوتية فائتة|مكالمة فيديو فائتة"
    "|मिस्ड वॉइस कॉल|मिस्ड वीडियो कॉल|未接語音通話|未接視訊通話|未接语音通话|未接视频通话"
)
CALL_DETAIL = (
    r"(?:[.,،] ?(?:Tap to call back|No answer|Tippe, um zurückzurufen|[^\n]{0,30}\d+ ?(?:sec|min|hr|h|s|Sek|Min)"
    r"[^\n]{0,40}|[^\n]{0,25}•[^\n]{0,25}))?\.?"
)
"""What an iPhone adds to a call: ``, Tap to call back``, ``, 4 min``, ``. 41 sec • 2 joined``, ``, No answer``."""

LOCATION = (
    "location|Location|Standort|localisation|Localisation|ubicación|Ubicación|posizione|Posizione|localização"
    "|Localização|locatie|Locatie|lokalizacja|Lokalizacja|konum|Konum|местоположение|Местоположение|الموقع|स्थान"
    "|位置"
)
LIVE_LOCATION = (
    "live location shared|Live-Standort wird geteilt|localisation en direct partagée|ubicación en tiempo real compartida"
    "|posizione attuale condivisa|localização em tempo real compartilhada|live locatie gedeeld"
)

POLLS = "POLL|UMFRAGE|SONDAGE|ENCUESTA|SONDAGGIO|ENQUETE|SONDAGEM|PEILING|ANKIETA|ANKET|ОПРОС|استطلاع|पोल|投票"
"""In capitals with a colon, alone on the first line; the question and the options follow."""

VIEW_ONCE = (
    "You received a view once message",
    "You sent a view once message",
    "You received a view once photo",
    "You received a view once video",
    "View once photo|View once video",
)

NOT_ARRIVED = ("Waiting for this message. This may take a while.", "Waiting for this message")

ENCRYPTION = re.compile(
    r"Messages (?:and calls|to this (?:chat|group)(?: and calls)?|you send to this (?:chat|group)(?: and calls)?) are "
    r"(?:now )?(?:secured with )?end-to-end encrypt"
    r"|Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt"
    r"|Nachrichten (?:in diesem Chat|an diese Gruppe|an diesen Chat)"
    r"|Les messages et les appels sont chiffrés de bout en bout"
    r"|Los mensajes y las llamadas están cifrados de extremo a extremo"
    r"|I messaggi e le chiamate sono crittografati end-to-end"
    r"|As mensagens e (?:as )?(?:ligações|chamadas) são (?:protegidas com a criptografia|encriptadas) (?:de )?ponta a ponta"
    r"|As mensagens e chamadas são encriptadas ponto a ponto"
    r"|Berichten en oproepen (?:zijn|worden) (?:end-to-end )?(?:versleuteld|beveiligd)"
    r"|Wiadomości i połączenia są szyfrowane (?:całkowicie|end-to-end)|Mesajlar ve aramalar uçtan uca şifrelidir"
    r"|Сообщения и звонки защищены сквозным шифрованием|الرسائل والمكالمات مشفرة تمامًا بين الطرفين"
    r"|मैसेज और कॉल एंड-टू-एंड एन्क्रिप्टेड हैं|訊息和通話均(?:已|會)?(?:進行)?端對端加密|消息和通话(?:都)?已(?:进行)?端到端加密"
)
"""The notice that opens a chat. On an iPhone the name before its colon is the chat's."""

CHAT_FILE = (
    r"WhatsApp Chat with (?P<a>.+)",
    r"WhatsApp Chat - (?P<b>.+)",
    r"WhatsApp Chat: (?P<c>.+)",
    r"WhatsApp[ -]Chat mit (?P<d>.+)",
    r"Chat de WhatsApp con (?P<e>.+)",
    r"Conversa d[oe] WhatsApp com (?P<f>.+)",
    r"Conversa no WhatsApp com (?P<g>.+)",
    r"Discussion WhatsApp avec (?P<h>.+)",
    r"Chat WhatsApp con (?P<i>.+)",
    r"WhatsApp[ -]chat met (?P<j>.+)",
    r"Чат WhatsApp с(?: контактом)? (?P<k>.+)",
    r"Chat WhatsApp s uživatelem (?P<l>.+)",
    r"与(?P<m>.+)的 ?WhatsApp ?聊天",
    r"與(?P<n>.+)的 ?WhatsApp ?對話",
    r"Czat WhatsApp z (?P<o>.+)",
    r"(?P<p>.+) ile WhatsApp Sohbeti",
    r"WhatsApp Sohbeti[ -]+(?P<q>.+)",
    r"दोस्त (?P<r>.+) के साथ WhatsApp चैट",
    r"(?P<s>.+) के साथ WhatsApp चैट",
    r"محادثة واتساب مع (?P<t>.+)",
    r"دردشة واتساب مع (?P<u>.+)",
    r"WhatsApp-chatt med (?P<v>.+)",
    r"WhatsApp-keskustelu: (?P<w>.+)",
)
"""How phones name the exported file and the email's subject."""
