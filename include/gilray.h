/* What a source can tell gilray. Nothing of it is left in the compiled code: compilers other than Clang do not even see it.
 *
 *     typedef struct {
 *         PyObject_HEAD
 *         PyMutex lock;
 *         char *buffer GILRAY_GUARDED_BY(lock);
 *         long uses GILRAY_GUARDED_BY(critical_section);
 *     } Reader;
 *     static int hits GILRAY_GUARDED_BY(cache_lock);
 *
 * GILRAY_GUARDED_BY(lock): every use of the field or variable holds that lock: a field of the same object, a global, or
 * critical_section for the object's own. gilray-unguarded-field and gilray-unguarded-global report the others. Copy this
 * file into the project, or add the directory that gilray installs it in to the include path.
 */
#ifndef GILRAY_H
#define GILRAY_H

#if defined(__clang__)
#  define GILRAY_GUARDED_BY(lock) __attribute__((annotate("gilray:guarded_by:" #lock)))
#else
#  define GILRAY_GUARDED_BY(lock)
#endif

#endif
