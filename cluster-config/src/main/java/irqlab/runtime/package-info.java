/** The contract between a component and the world, and the runtime on virtual time. */
package irqlab.runtime;
