const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * What a browser may do with the page: run and style it by Talk's own files alone, and talk to Talk
 * alone. `host` is that of the request; for some browsers `'self'` does not hold for sockets.
 */
export function pageHeaders(host: string): Record<string, string> {
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': `'self'${sockets}`,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  };
  const directives = Object.entries(policy).map((directive) => directive.join(' '));
  return {
    'Content-Security-Policy': directives.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
