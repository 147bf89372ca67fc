import '../../../../../../libs/domain/src/index';
