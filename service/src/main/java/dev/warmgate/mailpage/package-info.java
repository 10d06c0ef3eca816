/** The pages that the links of mails open, for people. They are no part of the API. */
package dev.warmgate.mailpage;
