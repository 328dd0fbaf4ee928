import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../errors/domain-error.js';

/** Statements of one batch that run at once: a second, so that one slow connection does not hold up everybody. */
const AT_ONCE = 2;

/** Milliseconds from an answer to the next statement: where many ask, more of them go together. */
const PAUSE = 5;

/** A question that came when as many were waiting as may. */
const crowded = (): DomainError => new DomainError('unavailable', 'Too much is being looked up. Try again.');

interface Question<Key, Value> {
  key: Key;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * Answers many single questions with few statements. While it answers some, and shortly after, it gathers the
 * others for the next. A lone one waits for nothing, and thousands take two connections.
 */
export class Batch<Key, Value> {
  private readonly waiting: Question<Key, Value>[] = [];
  private running = 0;

  /**
   * @param size the most questions that one statement may answer
   * @param answer the values of these keys, in their order; where it throws, all of them do
   * @param most questions that may wait
   */
  constructor(
    private readonly size: number,
    private readonly answer: (keys: Key[]) => Promise<Value[]>,
    private readonly most = Infinity,
  ) {}

  /**
   * The value as it is found after this call.
   * @throws DomainError `unavailable` where too many questions wait
   */
  async ask(key: Key): Promise<Value> {
    if (this.waiting.length >= this.most) throw crowded();
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (this.running < AT_ONCE) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running += 1;
    while (this.waiting.length > 0) {
      await this.answerSome(this.waiting.splice(0, this.size));
      await sleep(PAUSE);
    }
    this.running -= 1;
  }

  private async answerSome(questions: Question<Key, Value>[]): Promise<void> {
    try {
      const values = await this.answer(questions.map(({ key }) => key));
      questions.forEach(({ resolve }, index) => resolve(values[index] as Value));
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }
}
