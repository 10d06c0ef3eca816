/** Changes of an account's address, and how the owner of the old one undoes them. */
package dev.warmgate.addresschange;
