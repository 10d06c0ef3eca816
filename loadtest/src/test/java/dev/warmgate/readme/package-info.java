/** Whether README tells of things that are there. */
package dev.warmgate.readme;
