import { CountField } from '../http/fields.js';
import { PageOf } from '../http/page.js';
import { MessageResource } from './message.presenter.js';

/** One page of messages. */
export class MessagePage extends PageOf(MessageResource) {
  @CountField({
    required: false,
    description:
      "Only of one talk's messages: the seq of its newest event when they were read. They show what all events up to it have done, and nothing of those after it.",
    example: 42,
  })
  seq?: number;
}
