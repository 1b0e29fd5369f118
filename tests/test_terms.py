from __future__ import annotations

from assistant.terms import Glossary
from assistant.types import Term

FIRED = Term("解除劳动合同", ("炒鱿鱼", "给开了", "卷铺盖"), "合同没到期就不让干了。")
LAID_OFF = Term("经济补偿", ("遣散费", "卷铺盖钱"), "离开时按工龄给的钱。")
GLOSSARY = Glossary([FIRED, LAID_OFF])


def test_what_people_say_is_found_with_its_term() -> None:
    assert GLOSSARY.find("俺让老板炒鱿鱼了") == [("炒鱿鱼", FIRED)]


def test_the_longest_of_two_words_is_taken() -> None:
    assert GLOSSARY.find("卷铺盖钱给不给") == [("卷铺盖钱", LAID_OFF)]


def test_a_term_said_in_two_ways_is_found_once() -> None:
    assert GLOSSARY.find("炒鱿鱼就是给开了") == [("炒鱿鱼", FIRED)]


def test_a_word_of_two_terms_stands_for_both() -> None:
    both = Glossary([FIRED, Term("终止劳动合同", ("给开了",), "到期不干了。")])

    assert [term.term for _, term in both.find("把我给开了")] == ["解除劳动合同", "终止劳动合同"]


def test_a_question_is_expanded_with_the_terms_it_does_not_say_itself() -> None:
    assert GLOSSARY.expand("炒鱿鱼有没有遣散费") == "解除劳动合同 经济补偿"


def test_a_term_that_is_said_already_is_not_added() -> None:
    assert GLOSSARY.expand("解除劳动合同也就是炒鱿鱼") == ""


def test_nothing_is_expanded_where_nothing_is_known() -> None:
    assert Glossary([]).expand("炒鱿鱼") == ""


def test_a_word_is_explained_where_the_answer_uses_the_term() -> None:
    assert GLOSSARY.explain("炒鱿鱼了咋办", "单位解除劳动合同要说明理由。") == (
        "您说的“炒鱿鱼”，法律上叫“解除劳动合同”：合同没到期就不让干了。",
    )


def test_nothing_is_explained_that_the_answer_does_not_say() -> None:
    assert GLOSSARY.explain("炒鱿鱼了咋办", "先找单位谈。") == ()


def test_nothing_is_explained_to_somebody_who_says_the_term() -> None:
    assert GLOSSARY.explain("炒鱿鱼算解除劳动合同吗", "算解除劳动合同。") == ()


def test_one_explanation_is_enough() -> None:
    assert len(GLOSSARY.explain("炒鱿鱼有没有遣散费", "解除劳动合同要给经济补偿。")) == 1


# -- words a worker need not know ------------------------------------------------------------------------------

LIMIT = Term("仲裁时效", ("过了一年",), "申请仲裁的期限。", in_answers="时效", unless=("诉讼时效",))
ILL = Term("医疗期", ("生病不能辞",), "治病的时间，单位不能因此辞人。", in_answers="医疗期")
FIRST = Term("先予执行", ("先给点",), "先给一部分。", in_answers="先予执行")
HARD = Glossary([FIRED, FIRST, ILL, LIMIT])


def test_a_hard_word_of_the_answer_is_explained_once() -> None:
    assert HARD.explain("欠薪咋办", "时效一年，别过了时效。") == ("词的意思：“时效”：申请仲裁的期限。",)


def test_of_many_hard_words_the_first_two_of_the_answer_are_explained() -> None:
    assert HARD.explain("咋办", "医疗期里不能辞。时效一年。可以先予执行。") == (
        "词的意思：“医疗期”：治病的时间，单位不能因此辞人。“时效”：申请仲裁的期限。",
    )


def test_a_hard_word_that_the_question_says_or_the_answer_explains_is_left() -> None:
    assert HARD.explain("医疗期多久", "医疗期三个月起。") == ()
    assert HARD.explain("生病咋办", "有医疗期，就是治病不能辞的时间。") == ()
    assert HARD.explain("生病咋办", "医疗期就是治病不能辞的时间。") == ()


def test_a_hard_word_is_not_explained_where_it_means_something_else() -> None:
    assert HARD.explain("咋办", "打官司的诉讼时效是三年。") == ()


def test_a_term_said_otherwise_is_not_explained_twice() -> None:
    assert HARD.explain("生病不能辞吧", "医疗期里不能辞。") == ("您说的“生病不能辞”，法律上叫“医疗期”：治病的时间，单位不能因此辞人。",)
