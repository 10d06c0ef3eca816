/** Sign-in by mail, without a password. */
package dev.warmgate.maillogin;
