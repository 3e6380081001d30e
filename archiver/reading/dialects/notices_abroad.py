"""System messages in other languages: rows as in ``notices.py``.

A phone's system message is told by its place (no sender, or a mark), so a wording that is missing here costs only the
event's word, which is then ``other``.

Source: case t07; published tables of WhatsApp's own strings; where neither has one, the usual wording.
"""

from __future__ import annotations

ABROAD: tuple[tuple[str, bool, str], ...] = (
    # German
    ("created", True, "WHO (?:hat|hast) (?:die|diese) Gruppe(?: QUOTED)? erstellt\\.?"),
    ("added", False, "WHO (?:hat|hast) WHO hinzugefügt\\.?"),
    ("added", False, "WHO wurden? hinzugefügt\\.?"),
    ("removed", False, "WHO (?:hat|hast) WHO entfernt\\.?"),
    ("removed", False, "WHO wurden? entfernt\\.?"),
    ("left", False, "WHO (?:hat|hast) die Gruppe verlassen\\.?"),
    ("joined-by-link", True, "WHO (?:ist|bist) (?:dieser Gruppe )?(?:über|mit) (?:den|einen|einem|dem) .*[Ll]ink .*beigetreten\\.?"),
    ("subject-changed", True, "WHO (?:hat|hast) den (?:Gruppennamen|Betreff)(?: der Gruppe)?(?: von QUOTED)? (?:zu|in|auf) QUOTED geändert\\.?"),
    ("icon-changed", True, "WHO (?:hat|hast) das Gruppenbild (?:geändert|gelöscht)\\.?"),
    ("description-changed", True, "WHO (?:hat|hast) die Gruppenbeschreibung (?:geändert|gelöscht)\\.?.*"),
    ("security-code", True, "Deine Sicherheitsnummer (?:für|mit) WHO hat sich geändert\\..*"),
    ("message-timer", True, "WHO (?:hat|hast) selbstlöschende Nachrichten (?:ein|aus)geschaltet\\..*"),
    ("admin-changed", True, "WHO (?:bist|ist) (?:jetzt|nun|kein) Admin.*"),
    ("number-changed", True, "WHO (?:hat|hast) (?:seine|ihre|deine) Telefonnummer .*geändert\\..*"),
    # French
    ("created", True, "WHO (?:a|avez) créé (?:le|ce) groupe(?: QUOTED)?"),
    ("added", False, "WHO (?:a|avez|vous a) ajouté WHO"),
    ("added", False, "WHO (?:a|avez) été ajoutée?|WHO vous a ajoutée?"),
    ("removed", False, "WHO (?:a|avez) (?:retiré|supprimé) WHO"),
    ("left", False, "WHO (?:a|avez) quitté(?: le groupe)?"),
    ("left", False, "WHO est partie?"),
    ("joined-by-link", True, "WHO (?:a|avez) rejoint .*lien d[’']invitation.*"),
    ("subject-changed", True, "WHO (?:a|avez) (?:changé|modifié) (?:le nom du groupe|l[’']objet|le sujet)(?: de QUOTED)? (?:en|à|par|pour) QUOTED"),
    ("icon-changed", True, "WHO (?:a|avez) (?:changé|modifié|supprimé) l[’']icône (?:du|de ce) groupe.*"),
    ("description-changed", True, "WHO (?:a|avez) (?:changé|modifié|supprimé) la description du groupe.*"),
    ("security-code", True, "Votre code de sécurité avec WHO a changé\\..*"),
    ("message-timer", True, "WHO (?:a|avez) (?:dés)?activé les messages éphémères.*"),
    ("admin-changed", True, "WHO (?:est|êtes) (?:désormais|maintenant) (?:un )?admin.*"),
    # Spanish
    ("created", True, "WHO (?:creó|creaste) (?:el|este) grupo(?: QUOTED)?"),
    ("added", False, "WHO (?:te )?(?:añadió|agregó|añadiste|agregaste)(?: a WHO)?"),
    ("added", False, "Se añadió a WHO"),
    ("removed", False, "WHO (?:te )?(?:eliminó|sacó|eliminaste)(?: a WHO)?"),
    ("left", False, "WHO (?:salió|saliste)(?: del grupo)?"),
    ("joined-by-link", True, "WHO se (?:unió|uniste) .*enlace de invitación.*"),
    ("subject-changed", True, "WHO cambi(?:ó|aste) el (?:nombre del grupo|asunto)(?: de QUOTED)? (?:a|por) QUOTED"),
    ("icon-changed", True, "WHO (?:cambió|cambiaste|eliminó|eliminaste) (?:el ícono|el icono|la imagen) de(?:l| este) grupo"),
    ("description-changed", True, "WHO (?:cambió|cambiaste|eliminó) la descripción del grupo.*"),
    ("security-code", True, "Cambió tu código de seguridad con WHO\\..*"),
    ("message-timer", True, "WHO (?:activó|desactivó|activaste|desactivaste) los mensajes temporales.*"),
    ("admin-changed", True, "(?:Ahora|Ya no) (?:eres|es) admin.*"),
    # Italian
    ("created", True, "WHO (?:ha|hai) creato (?:il|questo) gruppo(?: QUOTED)?"),
    ("added", False, "WHO (?:ti )?(?:ha|hai) aggiunto(?: WHO)?"),
    ("removed", False, "WHO (?:ti )?(?:ha|hai) rimosso(?: WHO)?"),
    ("left", False, "WHO (?:ha|hai) abbandonato(?: il gruppo)?"),
    ("left", False, "WHO è uscit[oa]"),
    ("subject-changed", True, "WHO (?:ha|hai) (?:cambiato|modificato) (?:il nome del gruppo|l[’']oggetto)(?: da QUOTED)? (?:in|a) QUOTED"),
    ("icon-changed", True, "WHO (?:ha|hai) (?:cambiato|eliminato|modificato) l[’']immagine (?:del|di questo) gruppo"),
    ("description-changed", True, "WHO (?:ha|hai) (?:cambiato|modificato|eliminato) la descrizione del gruppo.*"),
    ("security-code", True, "Il tuo codice di sicurezza con WHO è cambiato\\..*"),
    # Portuguese
    ("created", True, "WHO (?:criou|criaste) (?:o|este) grupo(?: QUOTED)?"),
    ("added", False, "WHO (?:adicionou|adicionaste) WHO"),
    ("added", False, "WHO foi adicionad[oa]"),
    ("removed", False, "WHO (?:removeu|removeste) WHO"),
    ("left", False, "WHO saiu(?: do grupo)?"),
    ("joined-by-link", True, "WHO entrou (?:usando|através|por meio|pelo) .*link.*"),
    ("subject-changed", True, "WHO (?:mudou|alterou) o (?:nome do grupo|assunto)(?: de QUOTED)? para QUOTED"),
    ("icon-changed", True, "WHO (?:mudou|alterou|apagou) a imagem d(?:este|o) grupo"),
    ("description-changed", True, "WHO (?:mudou|alterou|apagou) a descrição do grupo.*"),
    ("security-code", True, "(?:O s|S)eu código de segurança (?:com|partilhado com) WHO mudou\\..*"),
    ("message-timer", True, "WHO (?:ativou|desativou) as mensagens temporárias.*"),
    # Dutch
    ("created", True, "WHO (?:heeft|hebt) (?:de |deze )?groep(?: QUOTED)? (?:aan)?gemaakt"),
    ("added", False, "WHO (?:heeft|hebt) WHO toegevoegd"),
    ("removed", False, "WHO (?:heeft|hebt) WHO verwijderd"),
    ("left", False, "WHO (?:heeft|hebt) de groep verlaten"),
    ("subject-changed", True, "WHO (?:heeft|hebt) (?:het onderwerp|de groepsnaam)(?: van QUOTED)? (?:naar|in) QUOTED (?:gewijzigd|veranderd)"),
    ("icon-changed", True, "WHO (?:heeft|hebt) (?:de groepsafbeelding|het groepspictogram|de groepsicoon) (?:gewijzigd|veranderd|verwijderd)"),
    ("security-code", True, "U?w? ?[Bb]eveiligingscode (?:voor|met) WHO is (?:gewijzigd|veranderd)\\..*"),
    # Polish
    ("created", True, "WHO (?:utworzył(?:a|\\(a\\))?|stworzył(?:a|\\(a\\))?|utworzyłeś|utworzyłaś) (?:tę )?grupę(?: QUOTED)?"),
    ("added", False, "WHO doda(?:ł|ła|ł\\(a\\)|łeś|łaś) WHO"),
    ("removed", False, "WHO usun(?:ął|ęła|ął\\(ęła\\)) WHO"),
    ("left", False, "WHO (?:opuścił(?:a|\\(a\\))?) grupę|WHO wyszedł|WHO wyszła"),
    ("security-code", True, "Twój kod zabezpieczeń z użytkownikiem WHO zmienił się\\..*"),
    # Turkish
    ("created", True, "WHO(?:,)? (?:QUOTED )?(?:bu )?grubu(?:nu)? oluşturdu.*"),
    ("added", False, "WHO(?:,)? WHO (?:kişisini |kişisi )?ekle(?:di|diniz)"),
    ("left", False, "WHO (?:gruptan )?ayrıldı"),
    ("security-code", True, "WHO ile aranızdaki güvenlik kodu değişti\\..*"),
    # Russian
    ("created", True, "WHO создал(?:\\(-а\\)|а|и)? (?:эту )?группу(?: QUOTED)?"),
    ("added", False, "WHO добавил(?:\\(-а\\)|а|и)? WHO"),
    ("removed", False, "WHO (?:удалил|исключил)(?:\\(-а\\)|а|и)? WHO"),
    ("left", False, "WHO (?:вышел|вышла|вышел\\(-шла\\)|покинул(?:\\(-а\\)|а)?)(?: из)?(?: групп[уы])?"),
    ("security-code", True, "Ваш код безопасности с(?: контактом)? WHO изменился\\..*"),
    # Arabic
    ("created", True, "(?:أنشأ|قام) WHO (?:بإنشاء )?(?:هذه )?(?:ال)?مجموعة(?: QUOTED)?"),
    ("added", False, "أضاف WHO WHO|قام WHO بإضافة WHO|تمت إضافة WHO"),
    ("removed", False, "(?:أزال|قام WHO بإزالة) WHO"),
    ("left", False, "(?:غادر|خرج) WHO"),
    ("security-code", True, "تغيّر رمز أمانك المُستخدَم مع WHO\\..*"),
    # Urdu, Hindi, Bengali, Gujarati
    ("security-code", True, "WHO کے ساتھ آپ کا سیکیورٹی کوڈ تبدیل ہوگیا ہے۔.*"),
    ("created", True, "WHO ने (?:ग्रुप|समूह)(?: QUOTED)? बनाया"),
    ("added", False, "WHO ने WHO को (?:जोड़ा|ऐड किया)"),
    ("removed", False, "WHO ने WHO को (?:हटाया|निकाला|निकाल दिया)"),
    ("left", False, "WHO ने (?:ग्रुप|समूह) छोड़ (?:दिया|गए)"),
    ("security-code", True, "WHO के लिए आपका सुरक्षा कोड बदल गया है.*"),
    ("security-code", True, "WHO-এর সাথে আপনার নিরাপত্তা কোড পরিবর্তিত হয়েছে।.*"),
    ("security-code", True, "WHO સાથેનો તમારો સુરક્ષા કોડ બદલાઈ ગયો.*"),
    # Chinese
    ("created", True, "WHO(?:建立|創建|创建)了?(?:此|这个|這個)?(?:群組|群组)(?:QUOTED)?"),
    ("added", False, "WHO(?:已)?(?:新增|添加|加入)了?WHO"),
    ("removed", False, "WHO(?:已)?(?:移除|移出|删除|刪除)了?WHO"),
    ("left", False, "WHO(?:已)?(?:退出|離開|离开)(?:了)?(?:群組|群组)?"),
    ("security-code", True, "您(?:和|與) ?WHO ?(?:的|之間的)(?:安全代码|安全碼|安全代碼)已(?:更改|變更)。.*"),
    # Irish
    ("security-code", True, "Athraíodh an cód slándála atá agat le WHO\\..*"),
)  # fmt: skip
