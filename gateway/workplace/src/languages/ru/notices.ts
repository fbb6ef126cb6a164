// Русский: что показывает браузер, когда страница закрыта.

import type { NoticeWords } from "../../push/worker_rules.ts";

const ru: NoticeWords = {
  says: {
    given: "Вам назначен диалог",
    transferred: "Вам передан диалог",
    message: "Клиент написал",
    due: "Скоро срок ответа",
    overdue: "Ответ просрочен",
    snoozed: "Отложенный диалог вернулся",
    test: "Так выглядит уведомление",
  },
  other: "В диалогах есть новости",
  channels: { whatsapp: "WhatsApp", telegram: "Telegram", webchat: "Веб-чат" },
  offline: "Нет связи",
  offline_text: "Рабочее место сейчас недоступно. Старая копия не показывается.",
  again: "Попробовать ещё раз",
};

export default ru;
