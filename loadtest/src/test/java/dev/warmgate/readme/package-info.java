/** Whether the pages tell of things that are there. */
package dev.warmgate.readme;
