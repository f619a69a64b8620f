/**
 * Host memory, one component beside the root complex.
 *
 * <p>Start reading at {@link irqlab.pcie.memory.HostMemory}.
 */
package irqlab.pcie.memory;
