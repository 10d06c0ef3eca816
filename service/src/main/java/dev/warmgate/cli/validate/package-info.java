/**
 * The command {@code validate}: checks a running Warmgate, local or deployed, from outside, as its
 * clients see it. It has its own literal copy of the API and shares no code with the service, so
 * that a mistake there is not repeated here.
 */
package dev.warmgate.cli.validate;
