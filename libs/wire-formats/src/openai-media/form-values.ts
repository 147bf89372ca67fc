import { z } from 'zod';
import { FormFile } from '../multipart/form-file';

/** What a field of a form may be: forms know text and files only. */
export const formFile = z.instanceof(FormFile);
export const formText = z.string();
export const filledText = z.string().min(1);
export const formNumber = z.coerce.number<string>();
export const formCount = z.coerce.number<string>().int();
/** As JavaScript and Python write it. */
export const formFlag = z.enum(['true', 'false', 'True', 'False', '1', '0']);

export function isTrue(flag: z.infer<typeof formFlag> | undefined): boolean {
  return flag === 'true' || flag === 'True' || flag === '1';
}
