// SPDX-License-Identifier: Apache-2.0
import type { SandboxResponse } from '../http-service.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
};

/** The page that asks who somebody is. */
export function loginPage(visit: string, client: string): SandboxResponse {
  return page(
    'Log in',
    `<p>${escaped(client)} asks who you are.</p>
<form method="post" action="/login/who">
<input type="hidden" name="visit" value="${escaped(visit)}">
<p><label>E-mail address <input type="email" name="email" required autofocus></label></p>
<p><button name="action" value="login">Log in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button></p>
</form>`,
  );
}

/** The page that asks whether the program may know. */
export function consentPage(visit: string, client: string, email: string): SandboxResponse {
  return page(
    'Allow',
    `<p>May ${escaped(client)} know that you are <strong>${escaped(email)}</strong>?</p>
<form method="post" action="/login/consent">
<input type="hidden" name="visit" value="${escaped(visit)}">
<p><button name="action" value="allow">Allow</button>
<button name="action" value="cancel">Deny</button></p>
</form>`,
  );
}

/** The page that asks which device is logged in by whoever visits it. */
export function devicePage(userCode: string): SandboxResponse {
  return page(
    'Log in a device',
    `<form method="post" action="/login/device">
<p><label>Code <input name="user_code" value="${escaped(userCode)}" required autofocus></label></p>
<p><button>Continue</button></p>
</form>`,
  );
}

/** The page with the code that a person carries to the program. */
export function codePage(code: string): SandboxResponse {
  return page(
    'Your code',
    `<p>Type this into the program:</p>\n<p><code id="code">${escaped(code)}</code></p>`,
  );
}

export function messagePage(title: string, text: string, status = 200): SandboxResponse {
  return { ...page(title, `<p>${escaped(text)}</p>`), status };
}

function page(title: string, content: string): SandboxResponse {
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body>
<h1>${escaped(title)}</h1>
${content}
</body>
</html>
`;
  return { status: 200, headers: HEADERS, body };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
