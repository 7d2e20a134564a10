"""Addresses of the same page, made from whatever somebody typed after the question mark."""

from marketplace.core.web import Page, same_page


def test_words_that_url_for_would_take_for_its_own_are_words_like_others(app):
    with app.test_request_context("/catalogue?q=%EA%B5%90%ED%86%B5&endpoint=x&_external=1&page=2&page=3"):
        assert same_page(page=4) == "/catalogue?q=%EA%B5%90%ED%86%B5&endpoint=x&_external=1&page=4"
        assert Page([], 1, 20, 60).url(2).endswith("&page=2")


def test_a_list_answers_an_address_with_such_words(client):
    assert client.get("/catalogue?endpoint=x&_scheme=y&_anchor=z").status_code == 200
