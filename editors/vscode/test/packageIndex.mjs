// A proxy for HTTP behind which is nothing but one package index: of the wheels in a folder, at any address.
import { createServer } from 'node:http';
import { readdirSync, readFileSync } from './files.mjs';
import path from 'node:path';

/** Start it; resolves to its address, to what was asked of it so far, and to what stops it. */
export function startProxy(wheels, { user } = {}) {
  const asked = [];
  const refused = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://none.invalid');
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    if (wanted && request.headers['proxy-authorization'] !== wanted) {
      refused.push(request.url);
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="test"' }).end();
      return;
    }
    asked.push(request.url);
    const file = path.join(wheels, path.basename(pathname));
    if (pathname.endsWith('.whl')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(readFileSync(file));
      return;
    }
    const project = /^\/simple\/([^/]+)\/$/.exec(pathname)?.[1];
    const names = readdirSync(wheels).filter((name) => normal(name.split('-')[0]) === project);
    if (names.length === 0) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end(names.map((name) => `<a href="/files/${name}">${name}</a>\n`).join(''));
  });
  // An address of HTTPS requires a tunnel, which there is none for.
  server.on('connect', (request, socket) => {
    refused.push(request.url);
    socket.end(`HTTP/1.1 ${user ? '407 Proxy Authentication Required' : '403 Forbidden'}\r\n\r\n`);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = `127.0.0.1:${server.address().port}`;
      resolve({ address, asked, refused, stop: () => new Promise((stopped) => (server.closeAllConnections(), server.close(stopped))) });
    });
  });
}

/** The name of a project as an index has it (PEP 503). */
function normal(name) {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
