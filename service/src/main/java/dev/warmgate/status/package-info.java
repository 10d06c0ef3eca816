/** What the service says about itself, without asking anything that could be slow. */
package dev.warmgate.status;
