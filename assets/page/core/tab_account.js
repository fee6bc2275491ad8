// The account whose page this tab showed last, in the tab's storage: known before the server answers, and forgotten at the
// next sign-in. shell/opening_account.js reads it in the page's head.
const ACCOUNT = "taskchat:account";

export const rememberAccount = (account) => sessionStorage.setItem(ACCOUNT, account);
/** Return the account; "" for none. */
export const rememberedAccount = () => sessionStorage.getItem(ACCOUNT) ?? "";
export const forgetAccount = () => sessionStorage.removeItem(ACCOUNT);
