// SPDX-License-Identifier: Apache-2.0
import { type Browser, chromium, type Page } from 'playwright-core';

/** What somebody clicks on the sandbox's pages. */
export type Click = 'Allow' | 'Deny';

/** A real browser, in which people log in. */
export class LoginBrowser {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(executablePath: string): Promise<LoginBrowser> {
    // Chromium's own sandbox does not start for root.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new LoginBrowser(await chromium.launch({ executablePath, args }));
  }

  /** Goes to an address as a person would, logs in, and gives what the last page shows. */
  async logIn(address: string, email: string, click: Click = 'Allow'): Promise<string> {
    const context = await this.#browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(address);
      if ((await page.locator('input[name=user_code]').count()) > 0) await press(page, 'Continue');
      await page.getByLabel('E-mail address').fill(email);
      await press(page, 'Log in');
      await press(page, click);
      return await page.locator('body').innerText();
    } finally {
      await context.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Presses a button, and waits for the page that it leads to. */
async function press(page: Page, name: string): Promise<void> {
  const before = page.url();
  const response = page.waitForEvent('load');
  await page.getByRole('button', { name }).click();
  await response;
  if (page.url().startsWith('chrome-error:')) throw new Error(`${name} on ${before} led nowhere`);
}
