/** The command line. */
package irqlab.cli;
