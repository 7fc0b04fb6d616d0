// Does what polygon-stream does with a WebSocket client of JavaScript: node stream_node.mjs vendor|ws URL COUNT ROOTS.
// Writes the trades of ROOTS (comma-separated, or ALL) as JSON lines and ends after COUNT of them. Stands beside node_modules.
const [client, url, count, roots] = process.argv.slice(2);
const wanted = roots === 'ALL' ? null : new Set(roots.split(','));
let left = Number(count);

async function open() {
  if (client === 'vendor') return (await import('@massive.com/client-js')).websocketClient('any', url).options();
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(`${url}/options`, { perMessageDeflate: false });
  socket.onopen = () => socket.send(JSON.stringify({ action: 'auth', params: 'any' }));
  return socket;
}

const socket = await open();

function onStatus({ status }) {
  if (status === 'auth_success') socket.send(JSON.stringify({ action: 'subscribe', params: 'T.*' }));
}

socket.onmessage = ({ data }) => {
  let lines = '';
  for (const event of JSON.parse(data)) {
    if (event.ev === 'status') {
      onStatus(event);
    } else if (event.ev === 'T' && left > 0 && (wanted === null || wanted.has(event.sym.slice(2, -15)))) {
      lines += `${JSON.stringify(event)}\n`;
      left -= 1;
    }
  }
  if (lines !== '') process.stdout.write(lines, left > 0 ? undefined : () => process.exit(0));
};
socket.onerror = (error) => {
  console.error(`connection failed: ${error.message ?? error}`);
  process.exit(1);
};
socket.onclose = () => process.exit(left > 0 ? 1 : 0);
