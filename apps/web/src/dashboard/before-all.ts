import { knowLanguage } from '../ui/known-language.ts';

// Before any other module of the page: some look at the language as they load.
knowLanguage(navigator);
