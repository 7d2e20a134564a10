"""Reading what other catalogues publish as DCAT 3 (JSON-LD, Turtle) or through CKAN's API. Nothing is fetched here: a
document that leans on another one is refused, since reading it would mean to follow an address that a stranger wrote."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from marketplace.catalogue.rules.tables import N_, OpenRow, Problem, checked_row
from marketplace.core import lazy

rdflib: Any = lazy("rdflib")
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
NAME = "http://xmlns.com/foaf/0.1/name"
MOST_DATASETS = 10_000
NOT_JSON = N_("JSON으로 읽을 수 없는 답입니다.")


@dataclass(frozen=True)
class Harvest:
    """A page of another catalogue: its rows, each good or a Problem, and where the next page is ('' at the end)."""

    rows: list[OpenRow | Problem]
    following: str = ""


def dcat_page(content: bytes, content_type: str, url: str) -> Harvest:
    """The datasets of a DCAT document. Raises Problem where it cannot be read at all."""
    graph = rdflib.Graph()
    text, form = _spelling(content, content_type, url)
    try:
        graph.parse(data=text, format=form, publicID=url)
    except Exception as error:
        raise Problem(N_("DCAT 문서로 읽을 수 없습니다: %(url)s"), {"url": url[:200]}) from error
    ref = rdflib.URIRef
    kind = ref("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    found = sorted(set(graph.subjects(kind, ref(f"{DCAT}Dataset"))), key=str)
    if len(found) > MOST_DATASETS:
        raise Problem(
            N_("한 문서에 데이터셋이 %(limit)s개를 넘습니다. 나누어 주세요."), {"limit": f"{MOST_DATASETS:,}"}
        )
    following = [str(each) for name in ("next", "nextPage") for each in graph.objects(None, ref(HYDRA + name))]
    rows = list(_unique(_dataset(graph, each, ref) for each in found))
    return Harvest(rows, urljoin(url, following[0]) if following else "")


def _spelling(content: bytes, content_type: str, url: str) -> tuple[str, str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(N_("DCAT 문서는 UTF-8이어야 합니다.")) from error
    looks = text.lstrip()[:1] in ("{", "[")
    if "json" not in content_type and not looks:
        return text, "turtle"
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(NOT_JSON) from error
    if _leans_on_another(document):
        raise Problem(
            N_("다른 곳의 @context를 가리키는 JSON-LD는 읽지 않습니다. @context를 문서 안에 넣거나 Turtle로 주세요.")
        )
    return text, "json-ld"


def _leans_on_another(document: Any) -> bool:
    """Whether reading it as JSON-LD would fetch something."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            context = node.get("@context", {})
            parts = context if isinstance(context, list) else [context]
            if any(isinstance(part, str) for part in parts) or "@import" in node:
                return True
            waiting += node.values()
    return False


def _dataset(graph: Any, subject: Any, ref: Any) -> OpenRow | Problem:
    def values(name: str, of: Any = subject) -> list[Any]:
        return sorted(graph.objects(of, ref(name)), key=_by_language)

    def words(name: str, of: Any = subject) -> str:
        found = [str(each) for each in values(name, of) if not isinstance(each, rdflib.URIRef | rdflib.BNode)]
        return found[0] if found else ""

    address = str(subject) if str(subject).startswith(("http://", "https://")) else ""
    files = values(f"{DCAT}distribution")
    pages = [str(each) for each in values(f"{DCAT}landingPage")]
    pages += [address, *(str(each) for file in files for each in values(f"{DCAT}accessURL", file))]
    told_formats = [
        each for file in files for name in (f"{DCT}format", f"{DCAT}mediaType") for each in values(name, file)
    ]
    formats = [_format(graph, each, ref) for each in told_formats]
    publisher = next((words(NAME, each) for each in values(f"{DCT}publisher")), "")
    told = {
        "key": words(f"{DCT}identifier") or address,
        "title": words(f"{DCT}title"),
        "title_en": next((str(each) for each in values(f"{DCT}title") if getattr(each, "language", "") == "en"), ""),
        "description": words(f"{DCT}description"),
        "url": next((each for each in pages if each.startswith(("http://", "https://"))), ""),
        "format": ", ".join(dict.fromkeys(filter(None, formats))),
        "theme": next((str(each) for each in values(f"{DCAT}theme")), ""),
    }
    extras = {"publisher": publisher, "keywords": [str(each) for each in values(f"{DCAT}keyword")]}
    return _judged(told, extras)


def _by_language(value: Any) -> tuple[int, str]:
    order = {"ko": 0, None: 1, "en": 2}
    return order.get(getattr(value, "language", None), 3), str(value)


def _format(graph: Any, value: Any, ref: Any) -> str:
    named = next((str(each) for each in graph.objects(value, ref(LABEL))), "") or str(value)
    return (
        ""
        if isinstance(value, rdflib.BNode) and named == str(value)
        else re.split(r"[/#]", named.rstrip("/"))[-1].upper()[:20]
    )


def _judged(told: Mapping[str, str], extras: Mapping[str, Any]) -> OpenRow | Problem:
    try:
        return checked_row(told, extras)
    except Problem as problem:
        problem.place = told.get("key") or told.get("title") or ""
        return problem


def _unique(rows: Iterator[OpenRow | Problem]) -> Iterator[OpenRow | Problem]:
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, OpenRow):
            if row.key in seen:
                yield Problem(N_("같은 번호(%(key)s)가 앞에 이미 있습니다."), {"key": row.key}, place=row.key)
                continue
            seen.add(row.key)
        yield row


def ckan_page(content: bytes, base: str) -> tuple[list[OpenRow | Problem], int]:
    """(rows, how many there are in all) of an answer of package_search. Raises Problem where it is none."""
    try:
        result = json.loads(content)["result"]
        packages, count = list(result["results"]), int(result["count"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Problem(N_("CKAN의 package_search 답이 아닙니다.")) from error
    return list(_unique(_package(each, base) for each in packages)), count


def _package(package: Any, base: str) -> OpenRow | Problem:
    if not isinstance(package, dict):
        return Problem(N_("CKAN의 package_search 답이 아닙니다."))

    def text(name: str, of: Any = package) -> str:
        value = of.get(name) if isinstance(of, dict) else None
        return value if isinstance(value, str) else ""

    def listed(name: str) -> list[Any]:
        value = package.get(name)
        return value if isinstance(value, list) else []

    name = text("name")
    formats = dict.fromkeys(text("format", each).upper()[:20] for each in listed("resources"))
    told = {
        "key": text("id") or name,
        "title": text("title") or name,
        "description": text("notes"),
        "url": f"{base}/dataset/{name}" if re.fullmatch(r"[\w.-]{1,200}", name) else base,
        "format": ", ".join(filter(None, formats)),
        "theme": next((text("title", each) or text("name", each) for each in listed("groups")), ""),
    }
    extras = {
        "publisher": text("title", package.get("organization")),
        "license": text("license_title"),
        "keywords": [text("display_name", each) or text("name", each) for each in listed("tags")],
    }
    return _judged(told, extras)
