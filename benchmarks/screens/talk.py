# ruff: noqa: E501 -- lists of talk
"""What the invented people of the drawn screens say. Telephone numbers are from Ofcom's range for drama."""

from __future__ import annotations

PEOPLE = (
    "Alex Black (MOJ)", "Noor Aziz (HO)", "Gareth Pugh (WO)", "Siân Rees (WG)", "Chidi Obi (DHSC)", "Mary-Kate Dunne",
    "Dr Hana Suzuki", "Ivo Petrov (FCDO)", "Ellen O'Hara (NIO)", "Baroness Vale", "Sam", "Press desk – DEFRA",
    "Joanna Smythe-Lee (CO)", "Ravi (driver)", "Kit Lam (No10)", "Zoë Marsh (DLUHC)",
)  # fmt: skip
UNSAVED = (("~ Dana", "+44 7700 900123"), ("~ Mo Farouk", "+44 7700 900845"), ("~ J. Hart", "+44 7700 900660"))
GROUPS = (
    "Winter resilience", "Spads & PPS", "Ops 24/7", "Budget day: lines", "COBR actions 🚨", "Flood cell – North",
    "Q&A prep (PMQs)", "Board papers 2026-27", "Asylum taskforce weekly",
)  # fmt: skip
SHORT = (
    "Ok", "Yes", "Thanks", "On it", "No.", "Done 👍", "Agreed", "Will do", "Call me?", "Noted, thank you", "👍", "🙏",
    "😂😂", "Fine by me", "Can't see it", "Which one?", "At 10:30?", "Lol", "Perfect", "Morning all ☀️", "Hi", "2pm", "Not yet",
    "Ah!", "Sent", "Why?", "❤️",
)  # fmt: skip
MIDDLE = (
    "Please send me the revised costings by 17:00.", "The Minister is content with option B.",
    "I've put 12/03/2026 in the diary for the all-staff call.", "Train delayed, back by 14:45 at the latest",
    "Is that £1.4m or £14m? The table says both", "She rang at 9:15 and again at 11:02 - no message left",
    "Number is 07700 900321 if you need them", "Can you check page 7, para 3(b)?", "That's what I said on Monday 🤝",
    "Not for onward sharing please", "We need a line on the judgment before 6pm", "HMT say no. Again.",
    "I'll ring round the regions & report back", "Have you got the WiFi password for the Annex?",
    "Wednesday is out; Thursday or Friday then", "Legal cleared it at 08:59 🎯 good to go",
    "Does anyone have the link to the dashboard?", "Ddim problem, diolch yn fawr", "50% up on last week, 3% up on the year",
    "Spoke to Noor: she's happy, subject to the usual caveats", "@Sam can you take this one?", "Room 4.17 (not 4.71!)",
    "Hold the release until I say so.", "Apologies, wrong attachment. Right one coming", "It's in the shared drive under /Board/2026",
    "Who signed this off? I can't find the submission anywhere", "Great job everyone 🎉🎉 drinks on me",
    "Email: private.office@example.gov.uk", "I will be 5 mins late", "Version 0.9 attached - comments by noon please",
)  # fmt: skip
LONG = (
    "Just to record what we agreed on the call: the scheme opens on 1 April, the cap stays at £25,000 a household, and the "
    "devolved administrations get the text 24 hours before. Shout if I've got any of that wrong.",
    "Three things:\n1. The letter needs a wet signature\n2. No 10 want sight by 18:30\n3. Lines to take are with comms",
    "I've read the whole annex now. The modelling assumes 4.2% uptake in year one, rising to 11% by 2028-29, which looks "
    "optimistic given the pilot. I would not want the Secretary of State to say that number out loud.",
    "Readout from the 09:00:\n\n• Fuel: 6 days' stock, no change\n• Hospitals: two on black alert\n• Schools: 114 closed\n\nNext "
    "call 13:00, same dial-in.",
    "Could someone please explain to me why this was sent to the Committee without going through private office first? We had "
    "an understanding.",
)  # fmt: skip
LINKS = (
    ("https://www.gov.uk/government/publications/winter-plan", "Winter plan", "Guidance for local authorities"),
    ("https://www.bbc.co.uk/news/uk-politics-10900321", "Minister defends plan", "The opposition called it a mess"),
    ("See https://example.org/a for the table", "Data table", "Example organisation"),
)
FILES = (("Submission v3 clean.docx", "DOCX"), ("Annex B.pdf", "PDF"), ("Costings_2026.xlsx", "XLSX"))
SYSTEM = (
    "{0} added {1}", "{0} changed the group description", "{0} left", "{0} turned on disappearing messages. New messages will "
    "disappear from this chat 7 days after they're sent.", "Your security code with {1} changed. Tap to learn more.",
    "{0} changed this group's icon", "{0} pinned a message",
)  # fmt: skip
