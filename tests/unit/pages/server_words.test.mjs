// The server's sentences in another language: by the sentence, by the code, and never a half of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Translator } from "../../../gateway/workplace/src/languages/server_words.ts";
import ru from "../../../gateway/workplace/src/languages/ru/server.ts";

const russian = new Translator(ru);

for (const [code, detail, said] of [
  ["not_found", "There is no such channel.", "Не найдено: канал."],
  ["not_found", "There is no such thing of tomorrow.", ru.codes.not_found],
  ["unauthenticated", "E-mail or password is wrong.", "Неверная почта или пароль."],
  ["too_many_requests", "Too many failed sign-ins. Try again in 5 minutes.", "Слишком много неудачных попыток входа. Попробуйте через 5 мин."],
  ["invalid_request", "The request is not valid at /send_at: must be in the future.", "Указано неверно: должно быть в будущем."],
  ["invalid_request", "The request is not valid at /to: must be green.", ru.codes.invalid_request],
  ["required_before_close", "Before this conversation is closed, fill in: order, Size.", "Перед закрытием заполните: order, Size."],
  ["of_tomorrow", "Something new.", "Something new."],
]) {
  test(`a problem: ${detail}`, () => assert.equal(russian.problem(code, detail), said));
}

test("sentences after each other are said one by one, or not at all", () => {
  assert.equal(russian.text("Telegram may have the message, but its answer was lost. Ask the customer before you send it again."), "Telegram мог получить сообщение, но ответ потерян. Спросите клиента, прежде чем отправлять снова.");
  assert.equal(russian.text("This message was deleted. Nobody knows this one."), null);
});

test("what a customer or a provider wrote stays as it is", () => {
  assert.equal(russian.text("A message was pinned: channel"), "Закреплено сообщение: channel");
  assert.equal(russian.text("The chat has a new title: $1 (.*) {what}"), "Новое название чата: $1 (.*) {what}");
});

test("what is put in has the same names in both", () => {
  for (const [sentence, said] of Object.entries(ru.sentences)) {
    const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).filter((name) => name !== "pointer").sort();
    const lost = names(said).filter((name) => !names(sentence).includes(name));
    assert.deepEqual(lost, [], sentence);
  }
});
