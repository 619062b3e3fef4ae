"""What a question asks about is found from its asking words, wherever they stand and however they are spoken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from banshi.knowledge.elements import Element
from banshi.knowledge.library import MOST_WORDINGS, Knowledge, Lexicon, load_lexicon, spelled_out
from banshi.search.element_examples import learn_elements
from banshi.search.elements import ORDER, ElementClassifier, shares
from banshi.search.entries import Entry
from banshi.search.golden import GoldenQuestion, Wanted
from banshi.search.question import QuestionReader

FOLDER = Path(__file__).parents[2] / "knowledge" / "lexicon"

STORED = {
    Element.OVERVIEW: ["营业执照注销", "结婚登记", "不动产抵押", "身份证没了想补一张", "给孩子上户口", "公积金"],
    Element.MATERIALS: ["补身份证带什么", "过户要哪些材料"],
    Element.CONDITIONS: ["低保有什么条件", "多大岁数能领高龄津贴"],
    Element.TIME_LIMIT: ["护照几天下来", "多久办好"],
    Element.FEE: ["补证多少钱", "过户收费吗"],
    Element.LOCATION: ["社保卡去哪里补", "在哪里交材料"],
    Element.PROCESS: ["怎么申请低保", "开公司什么流程"],
    Element.ONLINE: ["网上能换驾驶证吗", "手机上可以交医保吗"],
    Element.ELIGIBILITY: ["外地户口可以办吗", "我这种情况能领吗"],
    Element.RESULT: ["身份证有效期几年", "退休金打到哪张卡"],
    Element.BASIS: ["哪条法律规定的", "依据是什么"],
    Element.SCOPE: ["人在外省能在老家办吗", "可以跨省办吗"],
    Element.OTHER: ["不给办去哪里投诉", "两种证有什么区别"],
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    def read(name: str) -> dict[str, list[str]]:
        return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))

    elements = {Element(key): tuple(cues) for key, cues in read("elements.yml").items()}
    return Lexicon(dialect=read("dialect.yml"), elements=elements)


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> QuestionReader:
    return QuestionReader(lexicon)


@pytest.fixture(scope="module")
def classifier(lexicon: Lexicon) -> ElementClassifier:
    pairs = [(text, element) for element, texts in STORED.items() for text in texts]
    weights = [8.0] * len(pairs)  # in the knowledge, stored questions are the greater part
    pairs += [(way[0], element) for element, ways in load_lexicon(FOLDER).asking.items() for way in ways]
    weights += [1.0] * (len(pairs) - len(weights))
    reader = QuestionReader(lexicon)
    questions, labels = [reader.stored(text) for text, _ in pairs], [[element] for _, element in pairs]
    return ElementClassifier.fit(lexicon, questions, None, labels, weights=np.array(weights, np.float32))


def asked(text: str, reader: QuestionReader, classifier: ElementClassifier) -> Element:
    return classifier.classify(reader.read(text), None)


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("补个结婚证得拿啥去", Element.MATERIALS),
        ("我妈住院了，医药费想报销，都需要什么手续", Element.MATERIALS),
        ("给孩子转学，用不用带户口本？", Element.MATERIALS),
        ("港澳通行证续签要花钱不", Element.FEE),
        ("换个驾驶证得掏几块钱", Element.FEE),
        ("公证一份学历手续费多少", Element.FEE),
        ("营业执照得几天下来", Element.TIME_LIMIT),
        ("明天就要用，居住证当天能拿到吗", Element.TIME_LIMIT),
        ("居民医保啥时候截止", Element.TIME_LIMIT),
        ("失业登记搁哪办啊", Element.LOCATION),
        ("老人津贴找社区还是街道", Element.LOCATION),
        ("领退休证归哪个窗口", Element.LOCATION),
        ("新开的饭店食品许可咋整", Element.PROCESS),
        ("过户是先缴税还是先取号", Element.PROCESS),
        ("他本人不在，得亲自到场吗", Element.PROCESS),
        ("电表过户手机上能整不", Element.ONLINE),
        ("不想跑腿，网上在哪办退税", Element.ONLINE),
        ("法律援助有啥条件", Element.CONDITIONS),
        ("公积金最少得交满几个月才能贷款", Element.CONDITIONS),
        ("护照还没到期，让不让提前换", Element.CONDITIONS),
        ("像我这种没单位的能交公积金吗", Element.ELIGIBILITY),
        ("我有资格领育儿补贴吗", Element.ELIGIBILITY),
        ("临时身份证管几年", Element.RESULT),
        ("换了新卡旧的是不是就作废了", Element.RESULT),
        ("必须年检是哪条规定的", Element.BASIS),
        ("在外省上班，异地能领老家的补贴吗", Element.SCOPE),
        ("窗口态度差去哪里投诉", Element.OTHER),
        ("不动产登记", Element.OVERVIEW),
        ("려권을 바꾸는데 얼마예요", Element.FEE),
        ("려권은 얼마나 걸려요", Element.TIME_LIMIT),
        ("영업집조는 어디서 합니까", Element.LOCATION),
        ("호구를 옮기자면 뭐 들고 가야 돼요", Element.MATERIALS),
        ("의료보험을 인터넷으로 낼 수 있어요", Element.ONLINE),
    ],
)
def test_the_asked_element_is_found(text: str, element: Element, reader: QuestionReader, classifier: ElementClassifier) -> None:
    assert asked(text, reader, classifier) is element


def test_the_last_words_outweigh_the_story_before(reader: QuestionReader, classifier: ElementClassifier) -> None:
    story = "去年在网上办过一回社保卡，花了多少钱记不清了，前两天搬家又给弄丢了，这回想再补一张"
    assert asked(f"{story}，得带啥", reader, classifier) is Element.MATERIALS
    assert asked(f"{story}，上哪办", reader, classifier) is Element.LOCATION


@pytest.mark.parametrize("text", ["多少钱", "那得拿啥去", "搁哪办啊", "几天能下来", "那网上能办不"])
def test_an_elliptical_question_names_an_element(text: str, reader: QuestionReader, classifier: ElementClassifier) -> None:
    assert classifier.names(reader.read(text))


@pytest.mark.parametrize("text", ["那社保卡呢", "护照", "身份证丢了", "好的知道了"])
def test_an_item_alone_names_no_element(text: str, reader: QuestionReader, classifier: ElementClassifier) -> None:
    assert not classifier.names(reader.read(text))


def test_a_cue_that_an_editor_adds_is_heard(lexicon: Lexicon) -> None:
    words = {**lexicon.elements, Element.FEE: ("/砸(多少|几)(银子|票子)/",)}
    reader = QuestionReader(Lexicon(elements=words))
    stored = [reader.stored("补证收费"), reader.stored("补证")]
    classifier = ElementClassifier.fit(Lexicon(elements=words), stored, None, [[Element.FEE], [Element.OVERVIEW]])
    assert classifier.classify(reader.read("办个证得砸几票子"), None) is Element.FEE


def test_a_broken_expression_is_named() -> None:
    broken = Lexicon(elements={Element.FEE: ("/几(块/",)})
    with pytest.raises(ValueError, match=r"elements\.yml：“几\(块”不是有效的正则表达式"):
        ElementClassifier.fit(broken, [QuestionReader(Lexicon()).stored("多少钱")], None, [[Element.FEE]])


def test_the_nearest_questions_of_the_item_have_a_say(lexicon: Lexicon, reader: QuestionReader) -> None:
    stored = [reader.stored(text) for texts in STORED.values() for text in texts]
    labels = [[element] for element, texts in STORED.items() for _ in texts]
    asked = np.stack([shares([Element.RESULT]), shares([Element.FEE]), shares([])])
    classifier = ElementClassifier.fit(lexicon, stored, None, labels, asked=asked)
    question = reader.read("那个怎么说")
    near = classifier.nearest(np.array([0, 1, 2, 99]), np.array([0.93, 0.85, 0.95, 0.99], np.float32))
    assert near is not None
    assert near.argmax() == ORDER.index(Element.RESULT)
    result = ORDER.index(Element.RESULT)
    alone = classifier.scores(question, None)
    assert classifier.beside(alone, near)[result] > alone[result]
    assert classifier.nearest(np.array([2, 99]), np.array([0.9, 0.9], np.float32)) is None


def test_the_asking_clause_of_a_story_has_its_own_vector() -> None:
    lexicon, fee, place = Lexicon(), np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    reader = QuestionReader(lexicon)
    stored = [reader.stored("甲"), reader.stored("乙")]
    classifier = ElementClassifier.fit(lexicon, stored, np.stack([fee, place]), [[Element.FEE], [Element.LOCATION]])
    story = reader.read("昨天搬家，丙")
    number = ORDER.index(Element.LOCATION)
    told = [classifier.scores(story, vector, clause)[number] for vector, clause in ((fee, None), (fee, place), (place, None))]
    assert told == sorted(told) and len(set(told)) == 3


def test_only_a_clause_that_is_not_the_whole_is_embedded_beside_it(reader: QuestionReader) -> None:
    assert reader.read("身份证丢了，得带什么去").clause == "得带什么去"
    assert reader.read("补身份证得带什么").clause is None
    assert reader.read("").clause is None


def test_labelled_questions_of_one_matter_teach_the_element_of_another(knowledge: Knowledge) -> None:
    bare = replace(knowledge, guides={}, lexicon=Lexicon())
    reader = QuestionReader(bare.lexicon)
    texts = {"护照要带什么": Element.MATERIALS, "护照多少钱": Element.FEE}
    entries = [Entry(text, "guide", "passport", element, True) for text, element in texts.items()]
    labelled = GoldenQuestion(
        id="g", text="过个户得砸几票子", decision="answer", items=("transfer",), element=Element.FEE, style="dialect", lang="zh"
    )
    two = labelled.model_copy(update={"also": (Wanted(items=("transfer",), element=Element.LOCATION),)})
    question, number = reader.read("护照要砸几票子"), ORDER.index(Element.FEE)

    def fee(golden: list[GoldenQuestion]) -> float:
        learned = learn_elements(bare, reader, entries, [reader.stored(text) for text in texts], None, None, golden)
        return float(learned.scores(question, None)[number])

    assert fee([labelled]) > fee([]) + 0.1
    assert fee([two]) == fee([]), "a message with two questions teaches neither"


def test_a_way_of_asking_is_spelled_out() -> None:
    assert spelled_out("(得|要)带什么") == ("得带什么", "要带什么")
    many = spelled_out("(一|二|三|四|五)(甲|乙|丙)(子|丑|寅|卯)")
    assert len(many) == MOST_WORDINGS
    for position, options in enumerate(("一二三四五", "甲乙丙", "子丑寅卯")):
        assert {wording[position] for wording in many} == set(options)


def test_every_element_has_ways_of_asking_and_none_holds_brackets() -> None:
    asking = load_lexicon(FOLDER).asking
    assert set(asking) == set(Element)
    assert not [wording for ways in asking.values() for way in ways for wording in way if set("()|?") & set(wording)]
