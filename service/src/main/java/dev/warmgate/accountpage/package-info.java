/**
 * The pages for the people behind the accounts, which the links of mails open too. They call the
 * same services as the API; nothing else may call them.
 */
package dev.warmgate.accountpage;
