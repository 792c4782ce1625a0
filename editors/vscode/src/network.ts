import * as vscode from 'vscode';

/** `$1` in a clause is what the pattern found. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/ProxyError|Cannot connect to proxy|Tunnel connection failed|407 Proxy|error.*tunnel/i, 'the proxy did not let it through. Correct `http.proxy` in the settings, or HTTPS_PROXY'],
  [/CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerification|invalid peer certificate|UnknownIssuer/i, 'the certificate of the package index is not trusted here. Name your own in PIP_CERT, SSL_CERT_FILE or pip.conf'],
  [
    /NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Name or service not known|name resolution|getaddrinfo|Network is unreachable|Connection refused|dns error|error sending request|Failed to fetch|tcp connect error/i,
    'the package index could not be reached. Connect to the network, or set `http.proxy`',
  ],
  // pip says no more where an index requires a password.
  [/No matching distribution found for ([\w.-]+)/, 'the package index has no $1 that fits, or keeps it back. Name another index, or your password for it, in PIP_INDEX_URL or pip.conf'],
  [/Because ([\w.-]+) was not found in the package registry/, 'the package index has no $1 that fits, or keeps it back. Name another index, or your password for it, in UV_DEFAULT_INDEX'],
];

/** Why an installer could not get what it needs, and what to do about it, as a clause; undefined for another failure. */
export function networkTrouble(output: string): string | undefined {
  for (const [pattern, clause] of CAUSES) {
    const found = pattern.exec(output);
    if (found !== null) return clause.replace('$1', () => found[1] ?? '');
  }
  return undefined;
}

/**
 * The variables that send an installer through the proxy of the editor's settings, unless others do already.
 *
 * `http.proxySupport` may say that extensions are to use none; `http.noProxy` names what is reached without it.
 */
export function proxyVariables(): Record<string, string> {
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<string>('proxy', '').trim();
  const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  if (proxy === '' || http.get<string>('proxySupport') === 'off' || names.some((name) => process.env[name])) return {};
  const direct = http.get<string[]>('noProxy', []).filter((host) => host.trim() !== '');
  const isNamed = process.env['NO_PROXY'] || process.env['no_proxy'];
  return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, ...(direct.length > 0 && !isNamed && { NO_PROXY: direct.join(',') }) };
}
