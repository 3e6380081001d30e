"""Our pages: address and view, in one hand-written table. Each is put behind the one door by ``hooks``."""

from __future__ import annotations

from archiver.browse.addresses import ROOT
from archiver.browse.views import (
    captures,
    chat,
    decide,
    evidence,
    findings,
    home,
    message,
    people,
    person,
    saved,
    search,
)
from archiver.browse.visit import View

ROUTES: tuple[tuple[str, View], ...] = (
    (r"^/$", home.start),
    (rf"^{ROOT}$", home.home),
    (rf"^{ROOT}/chat/(?P<code>[^/]+)$", chat.chat),
    (rf"^{ROOT}/message/(?P<reference>[^/]+/[^/]+)$", message.message),
    (rf"^{ROOT}/search$", search.search),
    (rf"^{ROOT}/search\.csv$", saved.as_csv),
    (rf"^{ROOT}/search\.json$", saved.as_json),
    (rf"^{ROOT}/search/language$", search.language),
    (rf"^{ROOT}/people$", people.people),
    (rf"^{ROOT}/people/(?P<person>\d{{1,18}})$", person.person),
    (rf"^{ROOT}/captures$", captures.captures),
    (rf"^{ROOT}/findings$", findings.findings),
    (rf"^{ROOT}/findings/(?P<finding>\d{{1,18}})$", findings.finding),
    (rf"^{ROOT}/decisions$", decide.decisions),
    (rf"^{ROOT}/decide$", decide.decide),
    (rf"^{ROOT}/evidence/(?P<member>\d{{1,18}})$", evidence.member),
    (rf"^{ROOT}/original/(?P<source>\d{{1,18}})$", evidence.original),
)
