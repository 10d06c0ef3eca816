/** Pagination parameters, used by every endpoint that returns a list. */
package dev.warmgate.page;
