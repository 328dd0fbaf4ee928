import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { request } from 'node:http';

// A tenant that goes about its work beside an attack, in a process of its own, so that what the attack costs
// its own process does not count.

const { url, token, chatId } = JSON.parse(process.argv[2]);
const SENDS_EVERY = 25;
const LOOKS_EVERY = 100;
/** Milliseconds after which a call counts as never answered. */
const PATIENCE = 10_000;

let period = { sends: [], looks: [], failures: [] };

function call(path, options, body) {
  return new Promise((resolve) => {
    const begun = performance.now();
    const end = (status) => resolve({ took: performance.now() - begun, status });
    const calling = request(url + path, { timeout: PATIENCE, ...options }, (response) => {
      response.resume();
      response.once('end', () => end(response.statusCode));
    });
    calling.once('timeout', () => calling.destroy(new Error('timeout')));
    calling.once('error', (error) => end(error.code ?? error.message));
    calling.end(body);
  });
}

async function send() {
  const { sends, failures } = period;
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ chat_id: chatId, text: 'Are you still there?' });
  const { took, status } = await call('/service_agents/talk_messages', { method: 'POST', headers }, body);
  sends.push(took);
  if (status !== 200) failures.push(`send: ${status}`);
}

async function look() {
  const { looks, failures } = period;
  const { took, status } = await call('/livez', { agent: false });
  looks.push(took);
  if (status !== 200) failures.push(`livez: ${status}`);
}

setInterval(send, SENDS_EVERY);
setInterval(look, LOOKS_EVERY);

/** Each message asks for the period that ends with it. */
process.on('message', () => {
  process.send(period);
  period = { sends: [], looks: [], failures: [] };
});
process.on('disconnect', () => process.exit());
